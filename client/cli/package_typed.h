#ifndef GATEPOST_CLIENT_CLI_PACKAGE_TYPED_H_
#define GATEPOST_CLIENT_CLI_PACKAGE_TYPED_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "gatepost/v1/agreement.pb.h"

namespace gatepost::cli {

// The proposal that a reference names.
using FetchProposal = std::function<absl::StatusOr<v1::Proposal>(const std::string& reference)>;

// The part of a package that was typed: `1/3` begins one, with a new id; `2/3:REF` is another part
// beside the proposal REF, which has the id. BAD_ARGUMENT for what cannot be read, a part that does
// not say beside which, and another number of parts than REF has; errors of `fetch`.
absl::StatusOr<v1::PackagePart> PackageTyped(const std::string& typed, const FetchProposal& fetch);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_PACKAGE_TYPED_H_
