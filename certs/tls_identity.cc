#include "certs/tls_identity.h"

#include <utility>

#include "certs/key_file.h"
#include "certs/pem.h"
#include "certs/tls.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {

absl::StatusOr<TlsIdentity> TlsIdentity::Load(const std::string& certificate_file,
                                              const std::string& key_file) {
  TlsIdentity identity;
  GATEPOST_RETURN_IF_ERROR(CheckKeyPairFiles(key_file, certificate_file));
  GATEPOST_ASSIGN_OR_RETURN(identity.key_pem_, ReadPrivateKeyFile(key_file));
  GATEPOST_ASSIGN_OR_RETURN(std::string pem, ReadPublicFile(certificate_file));
  identity.chain_der_ = DerFromPem(pem);
  // Other blocks of the file, such as a key, stay out of what is shown.
  identity.chain_pem_ = PemFromDer(identity.chain_der_);
  // Between the check and the reading the files may have been replaced.
  GATEPOST_RETURN_IF_ERROR(CheckKeyPair(identity.key_pem_.Reveal(), identity.chain_pem_));
  return identity;
}

}  // namespace gatepost::certs
