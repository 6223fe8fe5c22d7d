// audit compare: this node's history beside what other nodes hold of it, and theirs.

#include "client/render/audit_compare.h"

#include <string>
#include <utility>
#include <vector>

#include "client/cli/audit_commands.h"
#include "client/cli/audit_keys.h"
#include "client/cli/audit_session.h"
#include "client/evidence/compare.h"
#include "client/render/json.h"
#include "client/render/text.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"
#include "google/protobuf/util/json_util.h"

namespace gatepost::cli {
namespace {

using render::Say;

// A GetHeadsResponse in protobuf JSON, as --save writes it.
absl::StatusOr<v1::GetHeadsResponse> ReadSaved(const std::string& path) {
  const auto wrong = [&path](std::string_view came) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a file that `audit compare --save` has written",
                          fmt::format("{}: {}", path, came), "save it anew at the other node");
  };
  const absl::StatusOr<std::string> text = system::ReadFile(path);
  if (!text.ok()) return wrong(std::string(text.status().message()));
  v1::GetHeadsResponse heads;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto read = google::protobuf::util::JsonStringToMessage(*text, &heads, options);
  if (!read.ok()) return wrong(read.ToString());
  if (heads.node().empty()) return wrong("no node");
  return heads;
}

// What this node answers now, with the digests that the files need beside theirs, or with places
// along each direction where it is to be saved.
absl::StatusOr<v1::GetHeadsResponse> AskNow(Session& session, bool save,
                                            const std::vector<v1::GetHeadsResponse>& files) {
  v1::GetHeadsRequest request;
  if (save) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::GetHeadsResponse first, session.node->GetHeads());
    for (v1::SequencePoint& point : evidence::PointsToSave(first)) {
      *request.add_points() = std::move(point);
    }
    GATEPOST_ASSIGN_OR_RETURN(v1::GetHeadsResponse saved, session.node->GetHeads(request));
    return saved;
  }
  for (v1::SequencePoint& point : evidence::PointsWanted(files, session.settings.origin_node)) {
    *request.add_points() = std::move(point);
  }
  return session.node->GetHeads(request);
}

absl::StatusOr<evidence::Comparison> CompareNow(const Global& global, Session& session,
                                                const AuditCompareOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(OwnAgreements own, RequireAgreements(session, options));
  GATEPOST_RETURN_IF_ERROR(LearnKeysOfNode(global, session, own));
  std::vector<v1::GetHeadsResponse> files;
  for (const std::string& path : options.with) {
    GATEPOST_ASSIGN_OR_RETURN(v1::GetHeadsResponse file, ReadSaved(path));
    files.push_back(std::move(file));
  }
  std::vector<v1::GetHeadsResponse> nodes;
  if (!options.save.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::GetHeadsResponse saved, AskNow(session, true, files));
    GATEPOST_RETURN_IF_ERROR(
        system::WriteFileAtomically(options.save, render::JsonText(saved, /*pretty=*/true)));
  }
  GATEPOST_ASSIGN_OR_RETURN(v1::GetHeadsResponse now, AskNow(session, false, files));
  nodes.push_back(std::move(now));
  for (v1::GetHeadsResponse& file : files) nodes.push_back(std::move(file));
  std::vector<v1::ProveConsistencyResponse> consistency;
  for (const auto& [small, large] : evidence::ConsistencyWanted(nodes, own.keys)) {
    v1::ProveConsistencyRequest request;
    request.set_old_size(small);
    request.set_new_size(large);
    GATEPOST_ASSIGN_OR_RETURN(v1::ProveConsistencyResponse proof,
                              session.node->ProveConsistency(request));
    consistency.push_back(std::move(proof));
  }
  return evidence::Compare({.nodes = nodes, .consistency = consistency, .keys = own.keys});
}

}  // namespace

int AuditCompare(const Global& global, const AuditCompareOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<evidence::Comparison> comparison = CompareNow(global, *session, options);
  if (!comparison.ok()) return Fail(global, comparison.status());
  if (!options.save.empty()) {
    Note(global, Say("written to {0}: compare it at the other node (--with)\n", options.save));
  }
  Print(
      global, render::ComparisonJson(*comparison),
      [&] { return render::ComparisonText(*comparison); },
      [&] { return render::ComparisonCsv(*comparison); });
  return comparison->differences.empty() ? 0 : kDoesNotVerify;
}

}  // namespace gatepost::cli
