#ifndef GATEPOST_DAEMON_DOMAIN_REGISTER_DATA_H_
#define GATEPOST_DAEMON_DOMAIN_REGISTER_DATA_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "certs/digest.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/validity.h"
#include "gatepost/config/v1/register.pb.h"

// The inside of GateRegister; for the files of this folder only.
namespace gatepost::domain {

// A row of the register and when it holds.
template <typename Row>
struct Dated {
  const Row* row = nullptr;
  DayRange days;
};

// All rows of each id, the earliest first.
template <typename Row>
using RowsById = std::map<std::string, std::vector<Dated<Row>>, std::less<>>;

// A name that some row goes by.
struct KnownName {
  std::string folded;  // As Folded() makes it.
  Place place;
  DayRange days;
};

struct RegisterData {
  config::v1::GateRegister proto;
  RowsById<v1::Gate> gates;
  RowsById<v1::Gate> children;  // By the id of the parent.
  RowsById<v1::Scope> scopes;
  RowsById<v1::CargoClass> cargo_classes;
  RowsById<v1::CargoSplit> splits;
  std::vector<KnownName> names;
  std::multimap<std::string, size_t, std::less<>> by_name;   // Folded name → index into `names`.
  std::multimap<std::string, size_t, std::less<>> by_plain;  // The same without marks.
  std::map<std::string, certs::Digest> digests;
  certs::Digest digest{};
};

// The row that holds on the day; nullptr when none does.
template <typename Row>
const Row* RowOn(const RowsById<Row>& rows, std::string_view id, absl::CivilDay on) {
  auto found = rows.find(id);
  if (found == rows.end()) return nullptr;
  for (const Dated<Row>& dated : found->second) {
    if (dated.days.Contains(on)) return dated.row;
  }
  return nullptr;
}

// The gate and all below it, sorted; empty when it does not hold on the day.
std::vector<std::string> GatesBelowOrSelf(const RegisterData& data, std::string_view gate,
                                          absl::CivilDay on);

// Whether `gate` is `above` or lies below it on the day.
bool IsBelowOrSelf(const RegisterData& data, std::string_view gate, std::string_view above,
                   absl::CivilDay on);

// Checks everything that GateRegister::FromProto promises. `data` has its rows, and no names yet.
absl::Status CheckRegister(const RegisterData& data);

// Fills `names`, `by_name` and `by_plain`.
void IndexNames(RegisterData& data);

// GateRegister::Resolve.
absl::StatusOr<Place> ResolveIn(const RegisterData& data, std::string_view text, absl::CivilDay on);

// Whether `text` (folded) has the form of a landmark: `1119-1120`, `1088/2-1089`, `1035`; at most
// 80 characters.
bool IsLandmarkForm(std::string_view text);

// GateRegister::EntryDigests and GateRegister::RegisterDigest.
std::map<std::string, certs::Digest> EntryDigestsOf(const RegisterData& data);
certs::Digest RegisterDigestOf(const std::map<std::string, certs::Digest>& entries);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_REGISTER_DATA_H_
