#ifndef GATEPOST_CLIENT_RENDER_AUDIT_ENTRIES_H_
#define GATEPOST_CLIENT_RENDER_AUDIT_ENTRIES_H_

#include <string>
#include <string_view>

#include "client/render/view.h"
#include "gatepost/v1/audit_service.pb.h"

// Entries of a node's log, as its auditors read them.
namespace gatepost::render {

// An overview, in the order given.
std::string EntryListText(const v1::ListEntriesResponse& list, const View& view);

// The same for programs: one line for each entry, with everything that the leaf says.
std::string EntryListCsv(const v1::ListEntriesResponse& list);

// A leaf's lines, as an auditor would hash them.
std::string LeafLinesText(std::string_view leaf, size_t indent);

// The agency post or node behind a SPIFFE id, short: `officer/shift-lead-1`.
std::string ShortPost(std::string_view spiffe_id);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_AUDIT_ENTRIES_H_
