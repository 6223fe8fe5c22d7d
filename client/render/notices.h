#ifndef GATEPOST_CLIENT_RENDER_NOTICES_H_
#define GATEPOST_CLIENT_RENDER_NOTICES_H_

#include <string>

#include "client/render/lines.h"
#include "client/render/view.h"
#include "gatepost/v1/acknowledgement.pb.h"
#include "gatepost/v1/notice.pb.h"
#include "gatepost/v1/transcript.pb.h"

namespace gatepost::render {

// A notice in one line: `notice VN: closure`.
std::string NoticeSubject(const v1::Notice& notice);

// A notice as it is signed: what holds where and when, in both zones, and the papers behind it.
std::string NoticeText(const v1::Notice& notice, const View& view);

// The same without the timetable, as labels and values.
Lines NoticeLines(const v1::Notice& notice, const View& view);

// A transcript in one line: `heard of CN by letter, UNCONFIRMED`; and as it is signed.
std::string TranscriptSubject(const v1::Transcript& transcript);
std::string TranscriptText(const v1::Transcript& transcript, const View& view);
Lines TranscriptLines(const v1::Transcript& transcript, const View& view);

// An acknowledgement in one line: `read`, `read, an answer follows`, `read and disputed`.
std::string AcknowledgementSubject(const v1::Acknowledgement& ack);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_NOTICES_H_
