#ifndef GATEPOST_CLIENT_EVIDENCE_DERIVED_FILES_H_
#define GATEPOST_CLIENT_EVIDENCE_DERIVED_FILES_H_

#include <optional>
#include <string>

#include "client/evidence/core_files.h"
#include "client/evidence/stored_zip.h"
#include "gatepost/v1/audit_service.pb.h"

// The files of a bundle that follow from its core, for people and for tools that know no protobuf.
// The verifier makes them again and compares every byte, so none can say something else.
namespace gatepost::evidence {

// `pae`, `signature-<n>.<ending>` and `.txt`, `message.txt`, and of a batched message `batch-head`
// and `batch-head.pae`, for each message that has an envelope.
void AddMessageFiles(const v1::GetEvidenceResponse& evidence, Files& files);

// KeyFile of each key, and `policy/<node>.txt`, for each node of the agreements.
void AddKeyFiles(const CoreFiles& core, Files& files);

// `keys/<node>-log.pem` or `keys/<node>-witness.pem` of its oldest key; of the key in place 1,
// which follows that, `keys/<node>-log-2.pem`, and so on.
std::string KeyFile(const std::string& node, const char* use, size_t place);

// The contents of VERIFY.txt: commands for stock openssl and sha256sum. `files` holds all others
// but the manifest.
std::string VerifyText(const v1::GetEvidenceResponse& evidence, const CoreFiles& core,
                       const Files& files);

// The same as programs wrote it before rosters and announcements came along in bundles: it repeats
// the first message alone. Bundles of then stay what they were (README.md, Files). Nothing where a
// key was announced: no such program knew of that.
std::optional<std::string> EarlierVerifyText(const v1::GetEvidenceResponse& evidence,
                                             const CoreFiles& core, const Files& files);

// The contents of message.txt for a payload: its text format, or one line where it is of a newer
// schema or cannot be read.
std::string MessageText(const std::string& payload);

// What message.txt says where its program did not know all of the content.
std::string NewerSchemaText();

// The manifest over `files`: `sha256  name` lines, as sha256sum -c reads them.
std::string ManifestOf(const Files& files);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_DERIVED_FILES_H_
