#ifndef GATEPOST_CLIENT_IMPORT_SPLITS_H_
#define GATEPOST_CLIENT_IMPORT_SPLITS_H_

#include <vector>

#include "gatepost/v1/register.pb.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::client {

// Marks which figures are parts of which split (DOMAIN.md 3): a figure whose class is a part of one
// of `splits` for its direction becomes a part of the whole (all classes) that is like it in every
// other way, if the report has that whole. Where the split's rest part is there, the whole says
// that the split is complete. Figures that name a split already keep it.
void MarkSplits(const std::vector<v1::CargoSplit>& splits, v1::YardReport& report);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_IMPORT_SPLITS_H_
