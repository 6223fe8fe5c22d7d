#ifndef GATEPOST_DAEMON_DOMAIN_GATE_REGISTER_H_
#define GATEPOST_DAEMON_DOMAIN_GATE_REGISTER_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "certs/digest.h"
#include "gatepost/config/v1/register.pb.h"
#include "gatepost/v1/register.pb.h"

namespace gatepost::domain {

struct RegisterData;

// What a text stands for: exactly one of both is set. Valid as long as any copy of the register.
struct Place {
  const v1::Gate* gate = nullptr;
  const v1::Scope* scope = nullptr;

  const std::string& id() const { return gate != nullptr ? gate->id() : scope->id(); }
};

// A scope and how much of it is meant (DOMAIN.md 2).
struct ScopeRef {
  std::string id;
  v1::ScopeExtent extent = v1::SCOPE_EXTENT_UNSPECIFIED;
  friend auto operator<=>(const ScopeRef&, const ScopeRef&) = default;
};

// The dated gate register: a tree of gates, yards and groups, cargo classes and their splits.
// Checked once, then constant: copies share their data, and every function may be called from any
// thread. Every lookup is of a business date.
class GateRegister {
 public:
  // Fails with BAD_CONFIG, naming the entry, when: an id, validity or text cannot be used; an id is
  // both a gate and a scope, or holds twice on one day; on some day a parent is missing, the tree
  // has a circle, or two gates of different branches share a landmark; a yard has not exactly one
  // gate; a group has both or neither of members and province; a member, province or split part is
  // unknown.
  static absl::StatusOr<GateRegister> FromProto(const config::v1::GateRegister& proto);

  // The register as it was read.
  const config::v1::GateRegister& proto() const;
  const std::string& version() const { return proto().version(); }

  // The entry with exactly this id that holds on the day; nullptr when there is none.
  const v1::Gate* FindGate(std::string_view id, absl::CivilDay on) const;
  const v1::Scope* FindScope(std::string_view id, absl::CivilDay on) const;
  const v1::CargoClass* FindCargoClass(std::string_view id, absl::CivilDay on) const;
  const v1::CargoSplit* FindSplit(std::string_view id, absl::CivilDay on) const;

  // All entries that hold on the day, in the order of the file.
  std::vector<const v1::Gate*> GatesOn(absl::CivilDay on) const;
  std::vector<const v1::Scope*> ScopesOn(absl::CivilDay on) const;
  std::vector<const v1::CargoClass*> CargoClassesOn(absl::CivilDay on) const;
  std::vector<const v1::CargoSplit*> SplitsOn(absl::CivilDay on) const;

  // What a person means by `text`: an id, a name or alias in any language (with or without the
  // marks of Vietnamese), a counterpart's name, or a landmark. Where a name is that of a gate and
  // of its parts, the gate is meant; where a landmark is, the part. UNKNOWN_LANDMARK naming the
  // nearest one, UNKNOWN_GATE naming the nearest ids or, where several are meant, all of them,
  // GATE_NOT_VALID_ON_DATE naming when it holds.
  absl::StatusOr<Place> Resolve(std::string_view text, absl::CivilDay on) const;

  // What `id` stands for in a message, where only ids are allowed. As Resolve; an alias or landmark
  // is UNKNOWN_GATE, naming the id to write instead.
  absl::StatusOr<Place> RequireId(std::string_view id, absl::CivilDay on) const;

  // The gate and all below it, sorted; empty when it does not hold on the day.
  std::vector<std::string> BelowOrSelf(std::string_view gate, absl::CivilDay on) const;

  // The group's gates that hold on the day, sorted; those of the province for a province group.
  // Empty for anything but a group.
  std::vector<std::string> GroupMembers(std::string_view scope, absl::CivilDay on) const;

  // `place` as a set of gates, each by itself, sorted: so that nothing counts twice. Empty for a
  // yard, and for what does not hold on the day.
  std::vector<std::string> OwnGates(const ScopeRef& place, absl::CivilDay on) const;

  // Whether nothing can count in both. False where that is not known: for yards.
  bool Disjoint(const ScopeRef& a, const ScopeRef& b, absl::CivilDay on) const;

  // Whether all of `inner` counts in `outer` as well. False where that is not known: for yards, but
  // for a yard in itself.
  bool Contains(const ScopeRef& outer, const ScopeRef& inner, absl::CivilDay on) const;

  // The gates at or below the scope (or its members) that came, went or got another parent between
  // the two days, sorted: where it is not empty, totals across those days are not comparable
  // (DOMAIN.md 2).
  std::vector<std::string> TreeChangesBetween(std::string_view scope, absl::CivilDay a,
                                              absl::CivilDay b) const;
  bool TreeChangedBetween(std::string_view scope, absl::CivilDay a, absl::CivilDay b) const {
    return !TreeChangesBetween(scope, a, b).empty();
  }

  // One SHA-256 for each id over all its dated rows (PROTOCOL.md 6; bytes: README.md here). Gates
  // and scopes by their id, cargo classes as `class:<id>`, splits as `split:<id>`.
  const std::map<std::string, certs::Digest>& EntryDigests() const;
  std::optional<certs::Digest> EntryDigest(std::string_view id) const;

  // SHA-256 over all entry digests: equal for equal entries, whatever their order and version.
  const certs::Digest& RegisterDigest() const;

 private:
  explicit GateRegister(std::shared_ptr<const RegisterData> data) : data_(std::move(data)) {}

  // Shared by all copies; never changed.
  std::shared_ptr<const RegisterData> data_;
};

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_GATE_REGISTER_H_
