#include "daemon/domain/unknown_content.h"

#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/unknown_field_set.h"

namespace gatepost::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool FieldHasUnknown(const Message& message, const Reflection& reflection,
                     const FieldDescriptor& field) {
  int count = field.is_repeated() ? reflection.FieldSize(message, &field) : 1;
  for (int at = 0; at < count; ++at) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const Message& inner = field.is_repeated()
                                 ? reflection.GetRepeatedMessage(message, &field, at)
                                 : reflection.GetMessage(message, &field);
      if (HasUnknown(inner)) return true;
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      // Enums of proto3 are open: a value without a name arrives as a number.
      int value = field.is_repeated() ? reflection.GetRepeatedEnumValue(message, &field, at)
                                      : reflection.GetEnumValue(message, &field);
      if (field.enum_type()->FindValueByNumber(value) == nullptr) return true;
    }
  }
  return false;
}

}  // namespace

bool HasUnknown(const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) return true;
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (FieldHasUnknown(message, reflection, *field)) return true;
  }
  return false;
}

}  // namespace gatepost::domain
