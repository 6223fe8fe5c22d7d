#include "daemon/ledger/leaf.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>

#include "absl/time/civil_time.h"
#include "daemon/ledger/lines.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::ledger {
namespace {

constexpr std::string_view kFirstLine = "gatepost-leaf/v1";
constexpr std::string_view kAbsent = "-";
constexpr std::string_view kTimeShape = "0000-00-00T00:00:00.000000Z";

bool IsWritable(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= '!' && c <= '~'; });
}

absl::Status CannotEncode(std::string_view key, std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_ARGUMENT, fmt::format("leaf line `{}` {}", key, wanted),
                        system::Printable(came), "correct the value before it is logged");
}

absl::Status CannotParse(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_EVIDENCE_INVALID,
                        fmt::format("a version 1 leaf with {}", wanted), system::Printable(came),
                        "ask for the leaf's exact bytes");
}

// Writes lines one after the other; remembers the first value that cannot be written.
class LeafWriter {
 public:
  LeafWriter() {
    bytes_.reserve(640);
    bytes_ += kFirstLine;
    bytes_ += '\n';
  }

  void Line(std::string_view key, std::string_view value) {
    fmt::format_to(std::back_inserter(bytes_), "{} {}\n", key, value);
  }

  void Text(std::string_view key, std::string_view value) {
    if (!IsWritable(value)) Refuse(CannotEncode(key, "in the characters `!` to `~`", value));
    if (value == kAbsent) Refuse(CannotEncode(key, "absent as an empty value", "`-`"));
    Line(key, value.empty() ? kAbsent : value);
  }

  void Number(std::string_view key, std::optional<uint64_t> value) {
    if (!value) return Line(key, kAbsent);
    if (*value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      Refuse(CannotEncode(key, "below 2^63", fmt::format("{}", *value)));
    }
    Line(key, fmt::format_int(*value).c_str());
  }

  void Hash(std::string_view key, const std::optional<Digest>& value) {
    Line(key, value ? certs::ToHex(*value) : std::string(kAbsent));
  }

  void Time(absl::Time time) {
    const absl::TimeZone::CivilInfo civil = absl::UTCTimeZone().At(time);
    if (civil.cs.year() < 1 || civil.cs.year() > 9999) {
      return Refuse(CannotEncode("time", "in the years 1 to 9999", absl::FormatTime(time)));
    }
    fmt::format_to(std::back_inserter(bytes_), "time {:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z\n",
                   civil.cs.year(), civil.cs.month(), civil.cs.day(), civil.cs.hour(),
                   civil.cs.minute(), civil.cs.second(),
                   absl::ToInt64Microseconds(civil.subsecond));
  }

  void Refuse(absl::Status status) {
    if (refused_.ok()) refused_ = std::move(status);
  }

  absl::StatusOr<std::string> Finish() {
    GATEPOST_RETURN_IF_ERROR(refused_);
    if (bytes_.size() > kLargestLeafBytes) {
      return system::Refuse(v1::REASON_BAD_ARGUMENT,
                            fmt::format("a leaf of at most {} bytes", kLargestLeafBytes),
                            fmt::format("{}", bytes_.size()), "shorten the detail");
    }
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
  absl::Status refused_;
};

// Reads lines in their fixed order; remembers the first that is wrong, and reads nothing after it.
class LeafReader {
 public:
  explicit LeafReader(std::string_view bytes) : rest_(bytes) {}

  void FirstLine() {
    std::optional<std::string_view> line = TakeLine(rest_);
    if (line != kFirstLine) Refuse(CannotParse("the first line `gatepost-leaf/v1`", Shown(line)));
  }

  // The value of line `key`; nullopt when it is absent (`-`) or something was wrong.
  std::optional<std::string_view> Value(std::string_view key) {
    if (!refused_.ok()) return std::nullopt;
    std::optional<std::string_view> line = TakeLine(rest_);
    std::string_view value = line.value_or("");
    if (!TakePrefix(key, value) || !TakePrefix(" ", value) || value.empty() || !IsWritable(value)) {
      Refuse(CannotParse(fmt::format("line `{} <value>` in its place", key), Shown(line)));
      return std::nullopt;
    }
    if (value == kAbsent) return std::nullopt;
    return value;
  }

  std::string Text(std::string_view key) { return std::string(Value(key).value_or("")); }

  std::optional<uint64_t> Number(std::string_view key) {
    std::optional<std::string_view> value = Value(key);
    if (!value) return std::nullopt;
    std::optional<uint64_t> number = ParseDecimal(*value);
    if (!number) Refuse(CannotParse(fmt::format("a decimal `{}` below 2^63", key), *value));
    return number;
  }

  std::optional<Digest> Hash(std::string_view key) {
    std::optional<std::string_view> value = Value(key);
    if (!value) return std::nullopt;
    std::optional<Digest> digest = certs::DigestFromHex(*value);
    if (!digest) {
      Refuse(CannotParse(fmt::format("`{}` of 64 lower-case hex digits", key), *value));
    }
    return digest;
  }

  absl::Time Time() {
    std::optional<std::string_view> value = Required("time");
    if (!value) return absl::InfinitePast();
    std::optional<absl::Time> time = TimeFromShape(*value);
    if (!time) {
      Refuse(CannotParse("`time` as YYYY-MM-DDThh:mm:ss.ffffffZ", *value));
      return absl::InfinitePast();
    }
    return *time;
  }

  std::array<uint8_t, 16> Nonce() {
    std::array<uint8_t, 16> nonce{};
    std::optional<std::string_view> value = Required("nonce");
    if (!value) return nonce;
    std::optional<std::string> bytes = certs::HexDecode(*value);
    if (!bytes || bytes->size() != nonce.size()) {
      Refuse(CannotParse("`nonce` of 32 lower-case hex digits", *value));
      return nonce;
    }
    std::copy(bytes->begin(), bytes->end(), nonce.begin());
    return nonce;
  }

  std::optional<std::string_view> Required(std::string_view key) {
    std::optional<std::string_view> value = Value(key);
    if (!value && refused_.ok()) Refuse(CannotParse(fmt::format("a value for `{}`", key), "`-`"));
    return value;
  }

  uint64_t RequiredNumber(std::string_view key) {
    std::optional<uint64_t> number = Number(key);
    if (!number && refused_.ok()) Refuse(CannotParse(fmt::format("a value for `{}`", key), "`-`"));
    return number.value_or(0);
  }

  absl::Status Finish() {
    if (refused_.ok() && !rest_.empty()) Refuse(CannotParse("nothing after `nonce`", rest_));
    return refused_;
  }

 private:
  static std::string_view Shown(std::optional<std::string_view> line) {
    return line.value_or("no complete line");
  }

  static std::optional<absl::Time> TimeFromShape(std::string_view text) {
    if (text.size() != kTimeShape.size()) return std::nullopt;
    for (size_t at = 0; at < text.size(); ++at) {
      const bool is_digit = text[at] >= '0' && text[at] <= '9';
      if (kTimeShape[at] == '0' ? !is_digit : text[at] != kTimeShape[at]) return std::nullopt;
    }
    auto number = [&](size_t at, size_t length) {
      int value = 0;
      std::from_chars(text.data() + at, text.data() + at + length, value);
      return value;
    };
    const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
    const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
    // Abseil carries 30 February over into March; what changes on the way in is no date.
    const absl::CivilSecond civil(year, month, day, hour, minute, second);
    if (civil.year() != year || civil.month() != month || civil.day() != day ||
        civil.hour() != hour || civil.minute() != minute || civil.second() != second || year < 1) {
      return std::nullopt;
    }
    return absl::FromCivil(civil, absl::UTCTimeZone()) + absl::Microseconds(number(20, 6));
  }

  void Refuse(absl::Status status) {
    if (refused_.ok()) refused_ = std::move(status);
  }

  std::string_view rest_;
  absl::Status refused_;
};

}  // namespace

absl::StatusOr<std::string> Leaf::Encode() const {
  LeafWriter writer;
  if (event.empty()) writer.Refuse(CannotEncode("event", "with a value", "nothing"));
  writer.Text("event", event);
  writer.Time(time);
  writer.Number("epoch", epoch);
  writer.Text("actor", actor);
  writer.Text("peer", peer);
  writer.Text("object", object);
  writer.Number("sequence", sequence);
  writer.Hash("pae", pae);
  writer.Hash("signatures", signatures);
  writer.Text("result", result);
  writer.Text("detail", detail);
  writer.Line("nonce", certs::HexEncode(std::string_view(
                           reinterpret_cast<const char*>(nonce.data()), nonce.size())));
  return writer.Finish();
}

absl::StatusOr<Leaf> Leaf::Parse(std::string_view bytes) {
  if (bytes.size() > kLargestLeafBytes) {
    return CannotParse(fmt::format("at most {} bytes", kLargestLeafBytes),
                       fmt::format("{} bytes", bytes.size()));
  }
  LeafReader reader(bytes);
  reader.FirstLine();
  Leaf leaf;
  leaf.event = reader.Required("event").value_or("");
  leaf.time = reader.Time();
  leaf.epoch = reader.RequiredNumber("epoch");
  leaf.actor = reader.Text("actor");
  leaf.peer = reader.Text("peer");
  leaf.object = reader.Text("object");
  leaf.sequence = reader.Number("sequence");
  leaf.pae = reader.Hash("pae");
  leaf.signatures = reader.Hash("signatures");
  leaf.result = reader.Text("result");
  leaf.detail = reader.Text("detail");
  leaf.nonce = reader.Nonce();
  GATEPOST_RETURN_IF_ERROR(reader.Finish());
  return leaf;
}

}  // namespace gatepost::ledger
