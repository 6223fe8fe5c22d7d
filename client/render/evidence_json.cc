#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/render/errors.h"
#include "client/render/evidence_text.h"
#include "client/render/evidence_words.h"
#include "client/render/json.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

// A string of RFC 8259, pure ASCII but for well-formed UTF-8.
std::string Quoted(std::string_view bytes) {
  std::string text = "\"";
  while (!bytes.empty()) {
    const system::Utf8Character character = system::FirstUtf8Character(bytes);
    if (character.size_bytes == 0) {
      text += "\\ufffd";
      bytes.remove_prefix(1);
      continue;
    }
    const uint32_t point = character.code_point;
    if (point == '"' || point == '\\') {
      text += '\\';
      text += static_cast<char>(point);
    } else if (point < 0x20 || (point >= 0x7f && point < 0xa0)) {
      text += fmt::format("\\u{:04x}", point);
    } else {
      text += bytes.substr(0, character.size_bytes);
    }
    bytes.remove_prefix(character.size_bytes);
  }
  return text + "\"";
}

// An object whose fields keep their order; fields without a value are left out.
class Object {
 public:
  Object& Add(std::string_view name, std::string_view value) {
    if (!value.empty()) AddJson(name, Quoted(value));
    return *this;
  }
  Object& AddTime(std::string_view name, absl::Time value) {
    return AddJson(name, Quoted(MachineTime(value)));
  }
  Object& AddNumber(std::string_view name, uint64_t value) {
    return AddJson(name, fmt::format("{}", value));
  }
  Object& AddFlag(std::string_view name, bool value) {
    return AddJson(name, value ? "true" : "false");
  }
  // `json` is a value already.
  Object& AddJson(std::string_view name, std::string_view json) {
    text_ += fmt::format("{}\"{}\":{}", text_.empty() ? "" : ",", name, json);
    return *this;
  }
  std::string ToJson() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

template <typename Items, typename Make>
std::string List(const Items& items, const Make& make) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ",") + make(item);
  return "[" + text + "]";
}

std::string Word(const evidence::CosignedBy& by) {
  return Object().Add("node", by.node).AddTime("time", by.time).ToJson();
}

std::string FindingJson(const evidence::Finding& finding) {
  const v1::RefusalDetail detail = ErrorDetail(finding.why);
  return Object()
      .Add("where", finding.where)
      .Add("reason", ReasonCode(detail.reason()))
      .Add("wanted", detail.wanted())
      .Add("came", detail.came())
      .Add("todo", detail.todo())
      .ToJson();
}

std::string SignatureJson(const evidence::SignedBy& signature) {
  Object object;
  object.Add("spiffeId", signature.spiffe_id)
      .Add("suite", signature.suite)
      .Add("certificateSha256", certs::ToHex(signature.certificate_sha256))
      .AddTime("notBefore", signature.certificate_not_before)
      .AddTime("notAfter", signature.certificate_not_after);
  if (signature.revoked.has_value()) object.AddTime("revokedAt", *signature.revoked);
  return object.ToJson();
}

std::string EntryJson(const evidence::ProvedEntry& entry) {
  const ledger::Leaf& leaf = entry.leaf;
  Object object;
  object.Add("node", entry.node)
      .AddNumber("epoch", leaf.epoch)
      .AddNumber("index", entry.index)
      .Add("event", leaf.event)
      .AddTime("time", leaf.time)
      .Add("result", leaf.result)
      .Add("actor", leaf.actor)
      .Add("peer", leaf.peer)
      .Add("object", leaf.object);
  if (leaf.sequence.has_value()) object.AddNumber("sequence", *leaf.sequence);
  return object.Add("detail", leaf.detail)
      .Add("leaf", entry.leaf_bytes)
      .AddNumber("headSize", entry.head_size)
      .AddJson("cosigned", List(entry.cosigned, Word))
      .AddJson("heldBy", List(entry.held_by, Word))
      .ToJson();
}

std::string MessageJson(const evidence::MessageFacts& message) {
  Object object;
  object.Add("folder", message.folder)
      .Add("shortReference", message.short_reference)
      .Add("messageId", message.message_id)
      .Add("author", message.author)
      .Add("paeSha256", DigestText(message.pae))
      .AddFlag("purged", message.purged)
      .AddFlag("withoutEnvelope", message.without_envelope);
  if (message.message.has_header()) {
    std::string json = JsonText(message.message);
    json.pop_back();  // LF.
    object.AddJson("message", json);
  }
  return object.AddJson("signatures", List(message.signatures, SignatureJson))
      .AddJson("entries", List(message.entries, EntryJson))
      .ToJson();
}

}  // namespace

std::string VerdictJson(const evidence::Verdict& verdict) {
  Object object;
  object.Add("answer", AnswerName(verdict.answer))
      .AddFlag("practice", verdict.practice)
      .Add("satisfies", verdict.satisfies)
      .AddJson("peers", List(verdict.peers, [](const std::string& node) { return Quoted(node); }))
      .Add("exportedBy", verdict.exported_by);
  if (!verdict.exported_by.empty()) object.AddTime("exportedAt", verdict.exported_at);
  return object.Add("agreementSha256", DigestText(verdict.agreement_sha256))
             .AddJson("findings", List(verdict.findings, FindingJson))
             .AddJson("notes", List(verdict.notes, Quoted))
             .AddJson("messages", List(verdict.messages, MessageJson))
             .ToJson() +
         "\n";
}

}  // namespace gatepost::render
