#ifndef GATEPOST_TESTS_FUZZ_EDIT_MESSAGE_H_
#define GATEPOST_TESTS_FUZZ_EDIT_MESSAGE_H_

#include "google/protobuf/message.h"
#include "tests/fuzz/chooser.h"

namespace gatepost::fuzz {

// Changes one thing in `message`, as chosen: some field somewhere in it is set, left out, doubled,
// or edited in place; sometimes to what no honest writer writes (unknown fields, enum values of
// tomorrow, numbers at their ends, bytes that are no UTF-8).
void EditMessage(google::protobuf::Message& message, Chooser& choose);

}  // namespace gatepost::fuzz

#endif  // GATEPOST_TESTS_FUZZ_EDIT_MESSAGE_H_
