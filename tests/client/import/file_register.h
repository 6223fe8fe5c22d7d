#ifndef GATEPOST_TESTS_CLIENT_IMPORT_FILE_REGISTER_H_
#define GATEPOST_TESTS_CLIENT_IMPORT_FILE_REGISTER_H_

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "client/import/import_register.h"
#include "daemon/config/register_file.h"
#include "daemon/domain/gate_register.h"

namespace gatepost::client {

// The project's own gate register, straight from its file.
class FileRegister final : public ImportRegister {
 public:
  FileRegister()
      : gates_(config::LoadGateRegister(std::string(GATEPOST_SOURCE_DIR) +
                                        "/daemon/domain/register/gates.textproto")
                   .value()) {}

  absl::StatusOr<ScopeOnDate> Resolve(std::string_view text, absl::CivilDay day) override {
    const absl::StatusOr<domain::Place> place = gates_.Resolve(text, day);
    if (!place.ok()) return place.status();
    if (place->gate != nullptr) return ScopeOnDate{place->gate->id(), v1::SCOPE_EXTENT_OWN};
    return ScopeOnDate{place->scope->id(), place->scope->kind()};
  }

  absl::StatusOr<const CargoOnDate*> Cargo(absl::CivilDay day) override {
    CargoOnDate& cargo = days_[day];
    if (cargo.classes.empty()) {
      for (const v1::CargoClass* known : gates_.CargoClassesOn(day))
        cargo.classes.push_back(*known);
      for (const v1::CargoSplit* known : gates_.SplitsOn(day)) cargo.splits.push_back(*known);
    }
    return &cargo;
  }

  const domain::GateRegister& gates() const { return gates_; }

 private:
  const domain::GateRegister gates_;
  std::map<absl::CivilDay, CargoOnDate> days_;
};

}  // namespace gatepost::client

#endif  // GATEPOST_TESTS_CLIENT_IMPORT_FILE_REGISTER_H_
