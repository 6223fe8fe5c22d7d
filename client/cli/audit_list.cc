// audit list: entries of the node's log that fit a filter.

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <string>
#include <string_view>

#include "client/cli/audit_commands.h"
#include "client/cli/notice_compose.h"
#include "client/cli/session.h"
#include "client/render/audit_entries.h"
#include "client/render/text.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

constexpr uint64_t kLargestPage = 500;

std::string Upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

// `90`, `90 min`, `6 h`, `2 days`, in minutes; perhaps with a minus.
absl::StatusOr<int64_t> MinutesTyped(const std::string& typed) {
  static const std::map<std::string_view, int64_t> kUnits = {
      {"", 1},      {"min", 1},    {"minute", 1}, {"minutes", 1},  {"h", 60},
      {"hour", 60}, {"hours", 60}, {"d", 1'440},  {"day", 1'440}, {"days", 1'440}};
  int64_t number = 0;
  const char* const end = typed.data() + typed.size();
  const auto [at, error] = std::from_chars(typed.data(), end, number);
  std::string_view unit(at, static_cast<size_t>(end - at));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  const auto found = kUnits.find(unit);
  constexpr int64_t kMost = 10'000'000;
  if (error != std::errc() || found == kUnits.end() || number < -kMost || number > kMost) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "minutes, or e.g. '6 h' or '2 days'",
                          fmt::format("'{}'", typed), "correct --lead-below");
  }
  return number * found->second;
}

absl::StatusOr<std::string> ScopeTyped(Session& session, const std::string& typed) {
  v1::ResolveGateRequest request;
  request.set_text(typed);
  *request.mutable_on() = domain::ToCivilDate(Today(session));
  GATEPOST_ASSIGN_OR_RETURN(const v1::ResolveGateResponse found,
                            session.node->ResolveGate(request));
  return found.has_gate() ? found.gate().id() : found.scope().id();
}

absl::StatusOr<v1::ListEntriesRequest> Asked(Session& session, const AuditListOptions& options) {
  v1::ListEntriesRequest request;
  if (!options.scope.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(*request.mutable_scope_id(), ScopeTyped(session, options.scope));
  }
  if (!options.from.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay day, DateOr(options.from, {}));
    *request.mutable_day_from() = domain::ToCivilDate(day);
  }
  if (!options.to.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay day, DateOr(options.to, {}));
    *request.mutable_day_to() = domain::ToCivilDate(day);
  }
  if (!options.logged_from.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::ZonedTime time, BeginningTyped(options.logged_from));
    *request.mutable_logged_from() = time.instant();
  }
  if (!options.logged_before.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::ZonedTime time, BeginningTyped(options.logged_before));
    *request.mutable_logged_before() = time.instant();
  }
  if (!options.lead_below.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const int64_t minutes, MinutesTyped(options.lead_below));
    request.set_lead_minutes_below(minutes);
  }
  request.set_post(options.post);
  request.set_family(Upper(options.family));
  request.set_result(Upper(options.result));
  for (const std::string& event : options.events) request.add_events(Upper(event));
  request.set_thread(options.thread);
  request.set_missing_acknowledgement(options.missing_ack);
  request.set_overridden(options.overridden);
  return request;
}

}  // namespace

int AuditList(const Global& global, const AuditListOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  absl::StatusOr<v1::ListEntriesRequest> request = Asked(*session, options);
  if (!request.ok()) return Fail(global, request.status());
  // A node looks at a bounded number of entries for one answer, so pages may be short or empty.
  v1::ListEntriesResponse all;
  uint64_t left = options.limit;
  bool printed = false;
  bool more = true;
  while (more && (options.all || left > 0)) {
    request->set_page_size(
        static_cast<int32_t>(options.all ? kLargestPage : std::min(left, kLargestPage)));
    absl::StatusOr<v1::ListEntriesResponse> page = session->node->ListEntries(*request);
    if (!page.ok()) return Fail(global, page.status());
    more = !page->next_page_token().empty();
    request->set_page_token(page->next_page_token());
    left -= std::min(left, static_cast<uint64_t>(page->entries_size()));
    const bool last = !more || (!options.all && left == 0);
    if (global.output == Output::kTable) {
      all.MergeFrom(*page);
    } else if (!page->entries().empty() || (last && !printed)) {
      // What stands above a CSV stands there once.
      Print(global, *page, {}, [&] {
        std::string csv = render::EntryListCsv(*page);
        return printed ? csv.substr(csv.find('\n') + 1) : csv;
      });
      printed = true;
    }
  }
  if (global.output != Output::kTable) return 0;
  Print(
      global, all, [&] { return render::EntryListText(all, session->view); }, {});
  if (more) Note(global, std::string(render::_("there are older ones: --limit or --all")) + "\n");
  return 0;
}

}  // namespace gatepost::cli
