#ifndef GATEPOST_CLIENT_EVIDENCE_STOCK_COMMANDS_H_
#define GATEPOST_CLIENT_EVIDENCE_STOCK_COMMANDS_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace gatepost::evidence {

// Whether values of this suite are DER, so that `openssl dgst` checks them.
bool ValuesAreDer(std::string_view suite);

// The openssl command, without a line end, that checks a value of a suite of which ValuesAreDer;
// the files are words of a shell: the public key (PEM), the value, the signed bytes.
std::string DgstCommand(std::string_view suite, std::string_view key, std::string_view value,
                        std::string_view signed_bytes);

// Shell lines, each of four blanks and a command, that check the chain in the file `name`, whose
// text is `pem`, leaf first, as of `at`, up to the roots in "$W/roots.pem".
std::string ChainCommands(const std::string& name, const std::string& pem, absl::Time at);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_STOCK_COMMANDS_H_
