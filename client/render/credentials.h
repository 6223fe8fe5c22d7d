#ifndef GATEPOST_CLIENT_RENDER_CREDENTIALS_H_
#define GATEPOST_CLIENT_RENDER_CREDENTIALS_H_

#include <string>

#include "absl/time/time.h"
#include "client/render/view.h"
#include "gatepost/config/v1/checks.pb.h"

namespace gatepost::render {

// Certificates, requests, revocation lists and keys as people read them, one block each: names,
// use, dates in both zones with the days left at `now`, digests.
std::string CredentialsText(const config::v1::CredentialList& list, const View& view,
                            absl::Time now);

// What ends soon, one line each, in the order given.
std::string ExpiringText(const config::v1::CredentialList& list, const View& view, absl::Time now);

// Either of them for programs, times in UTC.
std::string CredentialsCsv(const config::v1::CredentialList& list);

// What a practice CA issued.
std::string PracticeText(const config::v1::PracticeRegister& issued, const View& view);
std::string PracticeCsv(const config::v1::PracticeRegister& issued);

// `12 days left`, `ended 3 days ago`; whole days of 24 hours.
std::string DaysLeftText(absl::Time end, absl::Time now);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_CREDENTIALS_H_
