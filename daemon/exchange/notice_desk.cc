#include "daemon/exchange/notice_desk.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/hours/cell.h"
#include "daemon/domain/hours/in_force.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/hours/rule_times.h"
#include "daemon/domain/hours/spans.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/exchange/held.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

absl::Status WrongSubject(std::string_view wanted, std::string_view came, std::string_view todo) {
  return system::Refuse(v1::REASON_WRONG_SUBJECT, wanted, came, todo);
}

// A message that a notice cites.
struct Cited {
  store::MessageRecord record;
  v1::Message message;
};

absl::StatusOr<Cited> Find(const store::Reader& store, const v1::MessageCitation& named) {
  Cited cited;
  GATEPOST_ASSIGN_OR_RETURN(
      cited.record, FindNamed(store, named.author(), named.message_id(), named.pae_sha256()));
  GATEPOST_ASSIGN_OR_RETURN(cited.message, MessageIn(cited.record));
  return cited;
}

// Both ascending.
bool ShareAGate(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::any_of(
      a, [&](const std::string& gate) { return std::ranges::binary_search(b, gate); });
}

absl::Time SeenAt(const v1::Notice& notice) {
  const v1::ZonedTime& at = notice.has_observed_stop()    ? notice.observed_stop().since()
                            : notice.has_observed_hours() ? notice.observed_hours().at()
                                                          : notice.service().since();
  return domain::InstantOf(at).value_or(absl::UnixEpoch());  // Was checked.
}

constexpr absl::CivilDay kNever(9999, 12, 31);

// The days that a notice can touch. `stop` is the stop that an opening ends, or nullptr.
void SetDays(const v1::Notice& notice, const v1::Notice* stop, store::HoursRecord& entry) {
  const v1::Timetable* timetable = domain::TimetableIn(notice);
  if (timetable == nullptr) {
    const absl::Time seen = SeenAt(stop == nullptr ? notice : *stop);
    entry.first_day = absl::ToCivilDay(seen, absl::UTCTimeZone()) - 1;
    // A stop stands until it is seen to open; who finds the one must find the other as well. Where
    // an official notice is named, that one says how long.
    const bool stands = notice.has_observed_stop() && !notice.observed_stop().has_official();
    entry.last_day = stands || stop != nullptr ? kNever : entry.first_day + 2;
    return;
  }
  const domain::DayRange days = domain::DaysTouched(*timetable);
  entry.first_day = days.first;
  // What a resumption ends stays ended, also after the last day of its own hours.
  entry.last_day = notice.has_resumption() ? kNever : days.last;
}

absl::Time BeginOf(const v1::Timetable& timetable) {
  absl::Time begin = absl::InfiniteFuture();
  const absl::TimeZone zone = domain::LoadZone(timetable.zone()).value_or(absl::UTCTimeZone());
  for (const v1::TimetableRule& rule : timetable.rules()) {
    begin = std::min(begin, domain::BeginOf(rule, zone));
  }
  return begin;
}

// What kind a notice is, as its field is called.
std::string KindName(const v1::Notice& notice) {
  const auto* field = notice.GetDescriptor()->FindFieldByNumber(notice.kind_case());
  return field == nullptr ? "notice" : std::string(field->name());
}

}  // namespace

absl::Status NoticeDesk::CheckAlone(const OpenedMessage& opened, absl::Time now) const {
  return domain::ValidateNotice(opened.message.notice(), opened.message.header(),
                                domain::NoticeContext{gates_, opened.author.country, now});
}

absl::StatusOr<int64_t> NoticeDesk::FindReplaced(const store::Reader& store,
                                                 const OpenedMessage& opened) const {
  const v1::MessageHeader& header = opened.message.header();
  const v1::Notice& notice = opened.message.notice();
  GATEPOST_ASSIGN_OR_RETURN(
      const store::MessageRecord base,
      FindNamed(store, header.replaces().author(), header.replaces().message_id(),
                header.replaces().pae_sha256()));
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(base));
  if (!message.has_notice() || message.notice().side() != notice.side()) {
    return WrongSubject(fmt::format("a notice of side {}", notice.side()), NameOf(node_, base),
                        "replace or cancel only notices of your own side");
  }
  if (message.notice().has_cancellation()) {
    return WrongSubject("a notice that says something",
                        fmt::format("{}, a cancellation", NameOf(node_, base)),
                        "say again what was cancelled, as a new notice");
  }
  if (!notice.has_cancellation() && message.notice().kind_case() != notice.kind_case()) {
    return WrongSubject(fmt::format("a notice of the same kind, {}", KindName(notice)),
                        fmt::format("{}, a {}", NameOf(node_, base), KindName(message.notice())),
                        "cancel that one, and send this one by itself");
  }
  if (base.replaced_by_row != 0) {
    GATEPOST_ASSIGN_OR_RETURN(store::MessageRecord newer, MustHold(store, base.replaced_by_row));
    while (newer.replaced_by_row != 0) {
      GATEPOST_ASSIGN_OR_RETURN(newer, MustHold(store, newer.replaced_by_row));
    }
    return system::Refuse(v1::REASON_STALE_REVISION,
                          fmt::format("the newest notice of the chain, {}", NameOf(node_, newer)),
                          fmt::format("{}, which was replaced", NameOf(node_, base)),
                          "look at the newest notice and replace that");
  }
  if (notice.has_cancellation()) {
    GATEPOST_RETURN_IF_ERROR(
        domain::CheckScopeIds(header, base.scope_ids, "the gates of the cancelled notice"));
  }
  return base.row;
}

absl::Status NoticeDesk::CheckEnds(const store::Reader& store, const v1::Notice& notice) const {
  for (const v1::MessageCitation& cited : notice.resumption().ends()) {
    GATEPOST_ASSIGN_OR_RETURN(const Cited ended, Find(store, cited));
    const v1::Notice& closed = ended.message.notice();
    if ((!closed.has_closure() && !closed.has_intake_stop()) || closed.side() != notice.side()) {
      return WrongSubject(fmt::format("a closure or intake stop of side {}", notice.side()),
                          NameOf(node_, ended.record),
                          "what the other side closed, it opens itself");
    }
    if (ended.record.replaced_by_row != 0) {
      return WrongSubject(
          "a closure or intake stop that is not void",
          fmt::format("{}, which was replaced or cancelled", NameOf(node_, ended.record)),
          "name the newest notice of its chain");
    }
    if (!ShareAGate(domain::GatesOf(notice), domain::GatesOf(closed))) {
      return WrongSubject("a closure or intake stop of these gates", NameOf(node_, ended.record),
                          "name the one that the resumption is about");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<int64_t>> NoticeDesk::FindConfirmed(const store::Reader& store,
                                                               const v1::Notice& notice) const {
  std::vector<int64_t> rows;
  for (const v1::MessageCitation& cited : notice.confirms()) {
    GATEPOST_ASSIGN_OR_RETURN(const Cited heard, Find(store, cited));
    const v1::Transcript& transcript = heard.message.transcript();
    if (!heard.message.has_transcript() || transcript.heard_side() != notice.side()) {
      return WrongSubject(fmt::format("a transcript of what {} said", notice.side()),
                          NameOf(node_, heard.record),
                          "confirm what the other side heard of yours");
    }
    if (!ShareAGate(domain::GatesOf(notice), domain::GatesOf(transcript.timetable()))) {
      return WrongSubject("a transcript about these gates", NameOf(node_, heard.record),
                          "confirm it in the notice about its gates");
    }
    rows.push_back(heard.record.row);
  }
  return rows;
}

absl::Status NoticeDesk::CheckOfficial(const store::Reader& store, const v1::Notice& notice) const {
  if (!notice.observed_stop().has_official()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const Cited official, Find(store, notice.observed_stop().official()));
  if (official.message.has_notice() && official.message.notice().side() != notice.side()) {
    return absl::OkStatus();
  }
  return WrongSubject("a notice of the other side", NameOf(node_, official.record),
                      "name the notice that says officially what was seen");
}

absl::StatusOr<v1::Notice> NoticeDesk::FindStop(const store::Reader& store,
                                                const v1::Notice& opening) const {
  const v1::ObservedHours& hours = opening.observed_hours();
  GATEPOST_ASSIGN_OR_RETURN(Cited stop, Find(store, hours.observed_stop()));
  const v1::ObservedStop& seen = stop.message.notice().observed_stop();
  const std::string name = NameOf(node_, stop.record);
  if (!stop.message.notice().has_observed_stop() ||
      stop.message.notice().side() != opening.side()) {
    return WrongSubject(fmt::format("a stop that side {} saw", opening.side()), name,
                        "what the other side saw, it sees open again");
  }
  if (stop.record.replaced_by_row != 0) {
    return WrongSubject("a stop that is not void",
                        fmt::format("{}, which was replaced or cancelled", name),
                        "name the newest notice of its chain");
  }
  const absl::Time since = domain::InstantOf(seen.since()).value_or(absl::InfiniteFuture());
  const absl::Time at = domain::InstantOf(hours.at()).value_or(absl::InfinitePast());
  const domain::HoursCell stopped{.traffic = seen.traffic(), .direction = seen.direction()};
  const domain::HoursCell opened{.traffic = hours.traffic(), .direction = hours.direction()};
  if (at < since || !ShareAGate(domain::GatesOf(opening), domain::GatesOf(stop.message.notice())) ||
      !domain::Meet(stopped, opened, gates_, absl::ToCivilDay(at, absl::UTCTimeZone()))) {
    return WrongSubject("an earlier stop of this traffic at these gates", name,
                        "name the stop that was seen to end");
  }
  return std::move(*stop.message.mutable_notice());
}

absl::StatusOr<std::optional<v1::Finding>> NoticeDesk::FindGap(const store::Reader& store,
                                                               const v1::Notice& notice,
                                                               int64_t replaced_row) const {
  if (!notice.has_intake_stop()) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord base, MustHold(store, replaced_row));
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(base));
  const v1::Timetable& timetable = notice.intake_stop().timetable();
  const absl::Time before = BeginOf(message.notice().intake_stop().timetable());
  const absl::Time begin = BeginOf(timetable);
  if (begin <= before) return std::nullopt;
  v1::Finding finding;
  finding.set_severity(v1::SEVERITY_WARNING);
  finding.set_subject("intake_stop.timetable");
  finding.set_text(fmt::format(
      "begins {}, later than {}, which it replaces, at {}: between them nothing is stopped any "
      "more; an amended intake stop states its whole span",
      domain::TimeText(begin, timetable.zone()), NameOf(node_, base),
      domain::TimeText(before, timetable.zone())));
  finding.set_figure_index(-1);
  return finding;
}

absl::StatusOr<Judgement> NoticeDesk::Judge(const store::Reader& store, const OpenedMessage& opened,
                                            absl::Time /*now*/) const {
  const v1::Notice& notice = opened.message.notice();
  Judgement judgement;
  GATEPOST_ASSIGN_OR_RETURN(judgement.void_rows, FindConfirmed(store, notice));
  if (opened.message.header().has_replaces()) {
    GATEPOST_ASSIGN_OR_RETURN(judgement.replaces_row, FindReplaced(store, opened));
    judgement.void_rows.push_back(judgement.replaces_row);
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<v1::Finding> gap,
                              FindGap(store, notice, judgement.replaces_row));
    if (gap.has_value()) judgement.findings.push_back(*gap);
  }
  GATEPOST_RETURN_IF_ERROR(CheckEnds(store, notice));
  GATEPOST_RETURN_IF_ERROR(CheckOfficial(store, notice));
  std::optional<v1::Notice> stop;
  if (notice.observed_hours().has_observed_stop()) {
    GATEPOST_ASSIGN_OR_RETURN(stop, FindStop(store, notice));
  }
  if (notice.has_cancellation()) return judgement;  // Only makes void.
  store::HoursRecord entry;
  entry.layer =
      static_cast<int32_t>(domain::TimetableIn(notice) != nullptr ? domain::HoursLayer::kEmergency
                                                                  : domain::HoursLayer::kObserved);
  entry.gate_ids = domain::GatesOf(notice);
  SetDays(notice, stop.has_value() ? &*stop : nullptr, entry);
  judgement.entry = std::move(entry);
  return judgement;
}

absl::Status NoticeDesk::Record(CommitScope& scope, const store::MessageRecord& record,
                                const OpenedMessage& /*opened*/, const Judgement& judgement) const {
  if (judgement.replaces_row != 0) {
    GATEPOST_RETURN_IF_ERROR(scope.store.MarkReplaced(judgement.replaces_row, record.row));
  }
  for (const int64_t row : judgement.void_rows) {
    GATEPOST_RETURN_IF_ERROR(scope.store.MarkHoursVoid(row, record.row, record.stored_at));
  }
  const auto* entry = std::get_if<store::HoursRecord>(&judgement.entry);
  if (entry == nullptr) return absl::OkStatus();
  store::HoursRecord hours = *entry;
  hours.message_row = record.row;
  hours.since = record.stored_at;
  return scope.store.PutHours(hours);
}

}  // namespace gatepost::exchange
