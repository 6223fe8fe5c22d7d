#ifndef GATEPOST_DAEMON_DOMAIN_TEXT_H_
#define GATEPOST_DAEMON_DOMAIN_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

// Text as the border writes it: Vietnamese, Chinese and ASCII. Every function is thread-safe.
namespace gatepost::domain {

// `text` (UTF-8) in Unicode normalisation form C as far as the letters of Vietnamese, and ü, go: a
// base letter with its marks becomes the one composed letter, in whichever permitted order the
// marks came. All other characters, and bytes that are no UTF-8, stay as they are.
std::string Composed(std::string_view text);

// What two spellings of one name have in common, for comparing and never for showing: composed,
// lower case, full-width forms and dashes as their ASCII ones, one space between words and none
// around `-`, `/` and `,`.
std::string Folded(std::string_view text);

// The folded text without the marks of Vietnamese: `hữu nghị` becomes `huu nghi`, `đ` becomes `d`.
std::string WithoutMarks(std::string_view folded);

// The number of characters (code points) of well-formed UTF-8.
size_t CharacterCount(std::string_view text);

// How many single characters must be inserted, left out, replaced or swapped with their neighbour
// to make `b` from `a` (optimal string alignment distance, over code points).
size_t EditDistance(std::string_view a, std::string_view b);

// Refuses, as MALFORMED_PAYLOAD naming `field`, text that a reader could not see as it is: not
// UTF-8, longer than `limit` characters, with control or direction-changing characters, not in form
// C (see Composed), or beginning with a combining mark. Empty text is fine.
absl::Status CheckText(std::string_view field, std::string_view text, size_t limit);

// `value` with commas between thousands, as in `1,057` and `-1,057`.
std::string WithThousands(int64_t value);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_TEXT_H_
