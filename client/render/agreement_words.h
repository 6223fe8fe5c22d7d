#ifndef GATEPOST_CLIENT_RENDER_AGREEMENT_WORDS_H_
#define GATEPOST_CLIENT_RENDER_AGREEMENT_WORDS_H_

#include <string>
#include <string_view>

#include "gatepost/v1/agreement.pb.h"

// Values about agreements as words in the chosen language; see words.h.
namespace gatepost::render {

// The state without its prefix, e.g. IN_FORCE; never translated.
std::string StateName(v1::AgreementState state);

// What the state means to its reader: `in force, binding on both sides`.
std::string StateText(v1::AgreementState state);

// A step by the word of the service: propose, counter, accept, reject, withdraw.
std::string ActText(std::string_view act);

// The terms of a proposal by the name of their field, e.g. `holiday_hours`; empty when this program
// does not know them.
std::string TermsName(const v1::Proposal& proposal);

// Who signs as that SPIFFE id: `officer shift-lead-2 of board, langson.example`. The id itself
// where it is of another form.
std::string PostText(const std::string& spiffe_id);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_AGREEMENT_WORDS_H_
