#include "client/render/agreement_words.h"

#include <algorithm>
#include <vector>

#include "client/render/text.h"
#include "fmt/core.h"

namespace gatepost::render {

std::string StateName(v1::AgreementState state) {
  constexpr std::string_view kPrefix = "AGREEMENT_STATE_";
  const std::string name = v1::AgreementState_Name(state);
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size())
                                   : fmt::format("?{}", static_cast<int>(state));
}

std::string StateText(v1::AgreementState state) {
  switch (state) {
    case v1::AGREEMENT_STATE_AWAITING_DECISION:
      return _("sent, awaiting decision");
    case v1::AGREEMENT_STATE_OPEN:
      return _("may be answered");
    case v1::AGREEMENT_STATE_COUNTERED:
      return _("countered by another proposal");
    case v1::AGREEMENT_STATE_IN_FORCE:
      return _("in force, binding on both sides");
    case v1::AGREEMENT_STATE_REJECTED:
      return _("rejected");
    case v1::AGREEMENT_STATE_WITHDRAWN:
      return _("taken back");
    case v1::AGREEMENT_STATE_EXPIRED:
      return _("not answered in time");
    case v1::AGREEMENT_STATE_LAPSED:
      return _("not answered before it would have begun");
    case v1::AGREEMENT_STATE_SUPERSEDED:
      return _("another agreement came into force");
    case v1::AGREEMENT_STATE_ENDED:
      return _("ended");
    case v1::AGREEMENT_STATE_REFUSED:
      return _("refused by a rule");
    default:
      return fmt::format("?{}", static_cast<int>(state));
  }
}

std::string ActText(std::string_view act) {
  if (act == "propose") return _("proposal");
  if (act == "counter") return _("counter-proposal");
  if (act == "accept") return _("acceptance");
  if (act == "reject") return _("rejection");
  if (act == "withdraw") return _("withdrawal");
  return std::string(act);
}

std::string TermsName(const v1::Proposal& proposal) {
  const auto* field = proposal.GetDescriptor()->FindFieldByNumber(proposal.terms_case());
  return field == nullptr ? "" : std::string(field->name());
}

std::string PostText(const std::string& spiffe_id) {
  constexpr std::string_view kScheme = "spiffe://";
  if (!spiffe_id.starts_with(kScheme)) return spiffe_id;
  std::vector<std::string> parts;  // Trust domain, "agency", agency, role, post.
  size_t start = kScheme.size();
  while (start <= spiffe_id.size()) {
    const size_t end = std::min(spiffe_id.find('/', start), spiffe_id.size());
    parts.push_back(spiffe_id.substr(start, end - start));
    start = end + 1;
  }
  if (parts.size() != 5 || parts[1] != "agency") return spiffe_id;
  return Say("{0} {1} of {2}, {3}", parts[3], parts[4], parts[2], parts[0]);
}

}  // namespace gatepost::render
