#ifndef GATEPOST_CLIENT_EVIDENCE_RELEASE_CHECK_H_
#define GATEPOST_CLIENT_EVIDENCE_RELEASE_CHECK_H_

#include <optional>
#include <string>
#include <vector>

#include "client/evidence/anchors.h"
#include "client/evidence/found.h"
#include "client/evidence/verdict.h"
#include "daemon/domain/gate_register.h"

namespace gatepost::evidence {

// Judges by the roster of its author's side whether each message had the signatures that the link
// agreements ask for when it was logged (domain/authority/roster_roles.h), and that rosters are by
// authorities of the agreements.
//
// It was when the exporter logged it, and by every other log whose roster is shown; an entry that
// says that the message was refused there is not asked. The roster in force at an entry is, as at
// the nodes, that of the highest version among those of the bundle that the same log has before it;
// `valid_from` is for people. The rosters of a bundle are judged by the ones before them.
// - INVALID: a signature lacks, the roster does not name the author, nobody who may wrote it; a
//   roster whose `valid_from` is more than a day after its entry, which every node refuses.
// - INCOMPLETE: signatures are asked for and no roster is shown. A roster of version 1 has none
//   before it, and is asked for none but that of an authority.
// - Notes say who signed by which roles.
// Rules about gates are read by `gates`; without, one that could be about the message's gates is
// INCOMPLETE unless it is met.
void CheckRelease(const Anchors& anchors, const std::string& exporter,
                  const std::optional<domain::GateRegister>& gates,
                  const std::vector<MessageFacts>& messages, Found& found);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_RELEASE_CHECK_H_
