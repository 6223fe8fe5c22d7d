#include "client/cli/package_typed.h"

#include <array>
#include <cstdio>

#include "absl/time/clock.h"
#include "daemon/domain/message_id.h"
#include "daemon/system/random.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

absl::Status WrongUse(std::string_view wanted, std::string_view came, std::string_view todo) {
  return system::Refuse(v1::REASON_BAD_ARGUMENT, wanted, came, todo);
}

std::string NewPackageId() {
  system::SystemRandom random;
  std::array<uint8_t, 10> bytes;
  random.Fill(bytes);
  return domain::MakeMessageId(absl::Now(), bytes);
}

}  // namespace

absl::StatusOr<v1::PackagePart> PackageTyped(const std::string& typed, const FetchProposal& fetch) {
  const size_t colon = typed.find(':');
  const std::string numbers = typed.substr(0, colon);
  int part = 0, parts = 0, end = 0;
  if (std::sscanf(numbers.c_str(), "%2d/%2d%n", &part, &parts, &end) != 2 ||
      static_cast<size_t>(end) != numbers.size()) {
    return WrongUse("--package PART/PARTS or PART/PARTS:REF, e.g. 1/3", fmt::format("'{}'", typed),
                    "count the parts; one goes to each counterpart");
  }
  v1::PackagePart package;
  package.set_part(part);
  package.set_parts(parts);
  if (colon == std::string::npos) {
    if (part != 1) {
      return WrongUse(fmt::format("--package {}:REF", typed), "no REF",
                      "name the proposal of another part, so that both have one number");
    }
    package.set_package_id(NewPackageId());
    return package;
  }
  const std::string reference = typed.substr(colon + 1);
  GATEPOST_ASSIGN_OR_RETURN(const v1::Proposal beside, fetch(reference));
  const v1::PackagePart& other = beside.package();
  if (!beside.has_package() || other.parts() != parts || other.part() == part) {
    return WrongUse(fmt::format("beside {}: another part of {}", reference, parts),
                    beside.has_package() ? fmt::format("part {} of {}", other.part(), other.parts())
                                         : std::string("no part of a package"),
                    "correct --package");
  }
  package.set_package_id(other.package_id());
  return package;
}

}  // namespace gatepost::cli
