#ifndef GATEPOST_CLIENT_RENDER_NOTICES_H_
#define GATEPOST_CLIENT_RENDER_NOTICES_H_

#include <string>

#include "client/render/view.h"
#include "gatepost/v1/notice.pb.h"

namespace gatepost::render {

// A notice in one line: `notice VN: closure`.
std::string NoticeSubject(const v1::Notice& notice);

// A notice as it is signed: what holds where and when, in both zones, and the papers behind it.
std::string NoticeText(const v1::Notice& notice, const View& view);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_NOTICES_H_
