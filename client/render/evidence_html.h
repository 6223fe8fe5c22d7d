#ifndef GATEPOST_CLIENT_RENDER_EVIDENCE_HTML_H_
#define GATEPOST_CLIENT_RENDER_EVIDENCE_HTML_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "client/evidence/verdict.h"
#include "client/render/evidence_threads.h"
#include "client/render/html.h"
#include "client/render/view.h"

// The parts of the report (evidence_report.h).
namespace gatepost::render {

// One thread: who signed what and when each log took it, decisions, receipts, lead times,
// acknowledgements, and each message as signed. `number` is its place in the report, from 1.
Html ThreadSection(const MessageList& messages, size_t number, const View& view);

// The messages of a thread as they were signed. (evidence_contents.cc)
Html ContentsOf(const MessageList& messages, const View& view);

// All entries by time: the exporter's log on the left, those of other nodes on the right.
Html Timeline(const evidence::Verdict& verdict, const View& view);

// What several parts say (evidence_html.cc): a code such as DELIVERED; a time as LogTimeText or
// TimeText say it, each zone unbroken; a message's name; who stands behind an entry; its place,
// `vn-langson, entry 812`; a post, with its SPIFFE id below.
Html CodeHtml(std::string_view code);
Html TimeHtml(absl::Time time, const View& view);
Html ZonesHtml(const std::string& time_text);
Html NameHtml(const evidence::MessageFacts& message);
Html StandingHtml(const evidence::ProvedEntry& entry, const View& view);
Html PlaceHtml(const evidence::ProvedEntry& entry);
Html WhoHtml(const std::string& spiffe_id);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_EVIDENCE_HTML_H_
