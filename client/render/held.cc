#include "client/render/held.h"

#include "client/render/agreement_words.h"
#include "client/render/lines.h"
#include "client/render/messages.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

std::string SignersText(const v1::StoredMessage& stored) {
  std::string text;
  for (const std::string& signer : stored.signers()) {
    text += (text.empty() ? "" : ", ") + PostText(signer);
  }
  return text;
}

unsigned long CountOf(const v1::HeldState& held) {
  unsigned long count = 0;
  for (const v1::NeededSignatures& needed : held.needed()) count += needed.count();
  return count;
}

}  // namespace

std::string NeededText(const v1::HeldState& held) {
  std::string text;
  for (const v1::NeededSignatures& needed : held.needed()) {
    std::string roles;
    for (const std::string& role : needed.roles()) {
      roles = roles.empty() ? role : Say("{0} or {1}", roles, role);
    }
    text += (text.empty() ? "" : ", ") + Say("{0} of {1}", needed.count(), roles);
  }
  return text.empty() ? _("nobody can release it now") : text;
}

std::string HeldText(const v1::HeldState& held, const std::string& reference, const View& view) {
  const std::string until = LogTimeText(TimeOf(held.drops_at()), view.zones);
  if (held.needed().empty()) {
    return Say("HELD until {0}: nobody can release it now", until) + "\n";
  }
  return SayCount("HELD: waits for {0} signature until {2}: {1}",
                  "HELD: waits for {0} signatures until {2}: {1}", CountOf(held), NeededText(held),
                  until) +
         "\n" + Say("to release it: gatepost approve {0}", reference) + "\n";
}

std::string HeldListText(const v1::ListMessagesResponse& list, const View& view) {
  Table table({{_("Reference")}, {_("About")}, {_("Needs")}, {_("Until")}, {_("Signed by")}});
  for (const v1::StoredMessage& stored : list.messages()) {
    table.Add({stored.short_reference(), SubjectText(stored), NeededText(stored.held()),
               LogTimeText(TimeOf(stored.held().drops_at()), view.zones), SignersText(stored)});
  }
  std::string text = std::string("\n") + _("HELD, waiting for signatures (gatepost approve REF):") +
                     "\n" + table.ToText(2);
  if (!list.next_page_token().empty()) text += std::string("  ") + _("and more") + "\n";
  return text;
}

std::string ApprovalText(const v1::StoredMessage& stored, const View& view) {
  Lines lines;
  lines.Add(_("signed by"), SignersText(stored));
  lines.Add(_("still needed"), NeededText(stored.held()));
  lines.Add(_("dropped at"), LogTimeText(TimeOf(stored.held().drops_at()), view.zones));
  return lines.ToText() +
         (CountOf(stored.held()) > 1
              ? _("with your signature it waits on for the others")
              : _("with your signature it leaves, and cannot be called back")) +
         "\n";
}

std::string DroppedText(const std::string& reference) {
  return Say("dropped: {0} never leaves", reference) + "\n";
}

}  // namespace gatepost::render
