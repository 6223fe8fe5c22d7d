#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>

#include "certs/digest.h"
#include "certs/dsse.h"
#include "certs/suites.h"
#include "client/evidence/derived_files.h"
#include "client/evidence/stock_commands.h"
#include "daemon/domain/unknown_content.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::evidence {
namespace {

constexpr char kNotSigned[] =
    "# For reading only: nobody signed this text. What was signed is the file `pae` beside it.\n";

void AddSignatures(const std::string& folder, const v1::Envelope& envelope, Files& files) {
  int number = 0;
  for (const v1::Signature& signature : SignaturesOf(envelope)) {
    ++number;
    const char* ending = ValuesAreDer(signature.suite()) ? "der" : "sig";
    const std::string stem = fmt::format("{}/signature-{}", folder, number);
    files[fmt::format("{}.{}", stem, ending)] = signature.value();
    files[stem + ".txt"] =
        fmt::format("certificate certificates/{}.pem\nsuite {}\nover {}\n",
                    certs::HexEncode(signature.certificate_sha256()),
                    certs::SuiteImplemented(signature.suite()) ? signature.suite() : "unknown",
                    envelope.has_batch() ? "batch-head.pae" : "pae");
  }
}

}  // namespace

std::string NewerSchemaText() {
  return fmt::format("{}# Of a newer schema than the program that wrote this: not shown.\n",
                     kNotSigned);
}

std::string MessageText(const std::string& payload) {
  const google::protobuf::LogSilencer quiet;  // Unreadable bytes are said so below.
  v1::Message message;
  if (!message.ParseFromString(payload)) return fmt::format("{}# Not readable.\n", kNotSigned);
  if (domain::HasUnknown(message)) return NewerSchemaText();
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(message, &text);
  return kNotSigned + text;
}

void AddMessageFiles(const v1::GetEvidenceResponse& evidence, Files& files) {
  for (int i = 0; i < evidence.messages_size(); ++i) {
    const v1::MessageEvidence& message = evidence.messages(i);
    if (!message.has_envelope()) continue;
    const v1::Envelope& envelope = message.envelope();
    const std::string folder = MessageFolder(static_cast<size_t>(i) + 1);
    files[folder + "/pae"] = certs::Pae(envelope.payload_type(), envelope.payload());
    files[folder + "/message.txt"] = MessageText(envelope.payload());
    if (envelope.has_batch()) {
      const std::string& head = envelope.batch().head_payload();
      files[folder + "/batch-head"] = head;
      files[folder + "/batch-head.pae"] = certs::Pae(certs::kBatchHeadPayloadType, head);
    }
    AddSignatures(folder, envelope, files);
  }
}

std::string ManifestOf(const Files& files) {
  std::string text;
  for (const auto& [name, bytes] : files) {
    text += fmt::format("{}  {}\n", certs::ToHex(certs::Sha256Of(bytes)), name);
  }
  return text;
}

}  // namespace gatepost::evidence
