#include "daemon/node/list_marks.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "certs/digest.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::node {

namespace {

constexpr char kPrefix[] = "revocation-list/";

std::string Shown(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

// The part of `text` before the next blank, which is cut off with it.
std::string TakeWord(std::string_view& text) {
  const size_t blank = std::min(text.find(' '), text.size());
  std::string word(text.substr(0, blank));
  text.remove_prefix(std::min(blank + 1, text.size()));
  return word == "-" ? "" : word;
}

std::string_view OrDash(const std::string& word) {
  return word.empty() ? "-" : std::string_view(word);
}

}  // namespace

ListMarks::Mark ListMarks::MarkOf(const std::string& trust_domain,
                                  const certs::RevocationList& list) {
  return {trust_domain, list.Issuer(), list.key_id(), list.this_update(), list.number()};
}

bool ListMarks::SameAuthority(const Mark& a, const Mark& b) {
  return a.trust_domain == b.trust_domain && a.issuer == b.issuer &&
         (a.key_id == b.key_id || a.key_id.empty() || b.key_id.empty());
}

bool ListMarks::IsOlder(const Mark& a, const Mark& b) {
  if (a.this_update != b.this_update) return a.this_update < b.this_update;
  if (a.number.empty() || b.number.empty()) return false;
  // Hexadecimal without leading zeros.
  return std::pair(a.number.size(), std::string_view(a.number)) <
         std::pair(b.number.size(), std::string_view(b.number));
}

// The value is `<thisUpdate, Unix seconds> <number> <key id> <trust domain> <issuer>`, - for none.
store::MetaRecord ListMarks::RecordOf(const Mark& mark) {
  const std::string authority =
      fmt::format("{} {} {}", OrDash(mark.key_id), mark.trust_domain, mark.issuer);
  return {kPrefix + certs::ToHex(certs::Sha256Of(authority)),
          fmt::format("{} {} {}", absl::ToUnixSeconds(mark.this_update), OrDash(mark.number),
                      authority)};
}

absl::StatusOr<ListMarks> ListMarks::Read(const store::Reader& store) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::MetaRecord> kept,
                            store.MetaWithPrefix(kPrefix));
  ListMarks marks;
  for (const store::MetaRecord& record : kept) {
    std::string_view rest = record.value;
    const std::string seconds = TakeWord(rest);
    int64_t as_of = 0;
    const auto [end, error] =
        std::from_chars(seconds.data(), seconds.data() + seconds.size(), as_of);
    Mark mark;
    mark.this_update = absl::FromUnixSeconds(as_of);
    mark.number = TakeWord(rest);
    mark.key_id = TakeWord(rest);
    mark.trust_domain = TakeWord(rest);
    mark.issuer = rest;
    if (error != std::errc() || end != seconds.data() + seconds.size() ||
        RecordOf(mark) != record) {
      return system::Refuse(v1::REASON_INTERNAL, "what was stored of a revocation list",
                            record.value, "restore the data folder from a backup");
    }
    marks.marks_.push_back(std::move(mark));
  }
  return marks;
}

void ListMarks::KeepNewest(std::span<const certs::Certificate> known,
                           certs::DomainRevocations* domain) const {
  const auto mark_of = [&](const auto& list) { return MarkOf(domain->trust_domain, list); };
  const auto same_key = [](const Mark& a, const Mark& b) {
    return a.issuer == b.issuer && a.key_id == b.key_id;
  };
  for (const certs::Certificate& authority : known) {
    std::vector<bool> genuine;  // By list: whether this authority signed it.
    std::optional<Mark> newest;
    for (const certs::RevocationList& list : domain->lists) {
      genuine.push_back(list.Names(authority) && list.CheckSignature(authority).ok());
      if (!genuine.back()) continue;
      Mark own = mark_of(list);
      if (!newest.has_value() || IsOlder(*newest, own)) newest = std::move(own);
    }
    if (!newest.has_value()) continue;
    std::vector<certs::RevocationList> kept;
    for (size_t i = 0; i < genuine.size(); ++i) {
      const Mark own = mark_of(domain->lists[i]);
      // Without the key's name it may be another authority's of that name.
      const bool pushed_out =
          genuine[i] ? IsOlder(own, *newest) : !own.key_id.empty() && same_key(own, *newest);
      if (!pushed_out) kept.push_back(std::move(domain->lists[i]));
    }
    domain->lists = std::move(kept);
  }
  std::vector<Mark> current;
  for (const auto& list : domain->lists) {
    if (CheckOne(mark_of(list)).ok()) current.push_back(mark_of(list));
  }
  std::erase_if(domain->lists, [&](const certs::RevocationList& list) {
    const Mark own = mark_of(list);
    return !CheckOne(own).ok() &&
           std::ranges::any_of(current, [&](const Mark& other) { return same_key(own, other); });
  });
}

absl::Status ListMarks::CheckOne(const Mark& came) const {
  for (const Mark& mark : marks_) {
    if (!SameAuthority(came, mark) || !IsOlder(came, mark)) continue;
    return system::Refuse(
        v1::REASON_BAD_CONFIG,
        fmt::format("a list of {} of {} or later", mark.issuer, Shown(mark.this_update)),
        fmt::format("one of {}", Shown(came.this_update)), "install the newest list");
  }
  return absl::OkStatus();
}

std::vector<ListMarks::Older> ListMarks::LeaveOutOlder(certs::DomainRevocations* domain) {
  std::vector<Older> refused;
  std::vector<Mark> named;
  std::erase_if(domain->lists, [&](const certs::RevocationList& list) {
    named.push_back(MarkOf(domain->trust_domain, list));
    const absl::Status good = CheckOne(named.back());
    if (!good.ok()) refused.push_back({list.sha256(), good});
    return !good.ok();
  });
  for (Mark& mark : marks_) {
    mark.named = mark.named || std::ranges::any_of(named, [&](const Mark& came) {
                   return SameAuthority(came, mark);
                 });
  }
  return refused;
}

absl::Status ListMarks::Check(const certs::DomainRevocations& domain) const {
  std::vector<Mark> named;
  for (const certs::RevocationList& list : domain.lists) {
    named.push_back(MarkOf(domain.trust_domain, list));
    GATEPOST_RETURN_IF_ERROR(CheckOne(named.back()));
  }
  for (const Mark& mark : marks_) {
    if (!mark.named || mark.trust_domain != domain.trust_domain) continue;
    if (std::ranges::any_of(named, [&](const Mark& came) { return SameAuthority(came, mark); })) {
      continue;
    }
    return system::Refuse(
        v1::REASON_BAD_CONFIG, fmt::format("a list of {}, which had one", mark.issuer), "none",
        "put its newest list back; to do without that authority, start the node again");
  }
  return absl::OkStatus();
}

std::vector<store::MetaRecord> ListMarks::Take(const certs::DomainRevocations& domain) {
  std::vector<store::MetaRecord> records;
  for (const certs::RevocationList& taken : domain.lists) {
    Mark came = MarkOf(domain.trust_domain, taken);
    came.named = true;
    const bool oldest = std::ranges::none_of(domain.lists, [&](const auto& list) {
      const Mark other = MarkOf(domain.trust_domain, list);
      return other.issuer == came.issuer && other.key_id == came.key_id && IsOlder(other, came);
    });
    if (!oldest) continue;
    records.push_back(RecordOf(came));
    const auto known = std::ranges::find_if(marks_, [&](const Mark& mark) {
      return std::tie(mark.trust_domain, mark.issuer, mark.key_id) ==
             std::tie(came.trust_domain, came.issuer, came.key_id);
    });
    if (known == marks_.end()) {
      marks_.push_back(std::move(came));
    } else {
      *known = std::move(came);
    }
  }
  return records;
}

}  // namespace gatepost::node
