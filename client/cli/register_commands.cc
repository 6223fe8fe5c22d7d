// gates list, gates resolve, node status: reading what a node knows of the border and of itself.

#include <string>
#include <utility>

#include "client/cli/commands.h"
#include "client/cli/session.h"
#include "client/render/gates.h"
#include "client/render/standing.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

// All pages, as one answer.
absl::StatusOr<v1::ListGatesResponse> AllGates(Session& session, const GateOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay day, DateOr(options.on, Today(session)));
  v1::ListGatesRequest request;
  *request.mutable_on() = domain::ToCivilDate(day);
  request.set_below(options.below);
  request.set_page_size(500);
  v1::ListGatesResponse all;
  do {
    GATEPOST_ASSIGN_OR_RETURN(v1::ListGatesResponse page, session.node->ListGates(request));
    request.set_page_token(page.next_page_token());
    page.clear_next_page_token();
    all.MergeFrom(page);
  } while (!request.page_token().empty());
  return all;
}

absl::StatusOr<v1::ResolveGateResponse> Resolve(Session& session, const GateOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay day, DateOr(options.on, Today(session)));
  v1::ResolveGateRequest request;
  request.set_text(options.text);
  *request.mutable_on() = domain::ToCivilDate(day);
  return session.node->ResolveGate(request);
}

}  // namespace

int GatesList(const Global& global, const GateOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::ListGatesResponse> list = AllGates(*session, options);
  if (!list.ok()) return Fail(global, list.status());
  Print(
      global, *list, [&] { return render::GateListText(*list); },
      [&] { return render::GateListCsv(*list); });
  return 0;
}

int GatesResolve(const Global& global, const GateOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::ResolveGateResponse> found = Resolve(*session, options);
  if (!found.ok()) return Fail(global, found.status());
  const auto csv = [&] {
    v1::ListGatesResponse list;
    if (found->has_gate()) *list.add_gates() = found->gate();
    if (found->has_scope()) *list.add_scopes() = found->scope();
    return render::GateListCsv(list);
  };
  Print(global, *found, [&] { return render::ResolvedText(*found); }, csv);
  return 0;
}

int NodeStatus(const Global& global) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::GetNodeResponse> node = session->node->GetNode();
  if (!node.ok()) return Fail(global, node.status());
  Print(
      global, *node, [&] { return render::NodeText(*node, session->view); },
      [&] { return render::NodeCsv(*node); });
  return 0;
}

}  // namespace gatepost::cli
