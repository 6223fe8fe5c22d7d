#ifndef GATEPOST_CLIENT_RENDER_AUDIT_FILES_H_
#define GATEPOST_CLIENT_RENDER_AUDIT_FILES_H_

#include <string>

#include "client/archive/tile_check.h"
#include "client/evidence/store_check.h"
#include "google/protobuf/struct.pb.h"

// What a check of a data folder, or of an archive, has found: counts, and what does not hold, each
// with where it is.
namespace gatepost::render {

std::string StoreVerdictText(const evidence::StoreVerdict& verdict);
std::string StoreVerdictCsv(const evidence::StoreVerdict& verdict);
google::protobuf::Struct StoreVerdictJson(const evidence::StoreVerdict& verdict);

std::string ArchiveVerdictText(const archive::ArchiveVerdict& verdict);
std::string ArchiveVerdictCsv(const archive::ArchiveVerdict& verdict);
google::protobuf::Struct ArchiveVerdictJson(const archive::ArchiveVerdict& verdict);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_AUDIT_FILES_H_
