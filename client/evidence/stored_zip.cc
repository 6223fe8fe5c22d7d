#include "client/evidence/stored_zip.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::evidence {
namespace {

// APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16: sizes and signatures of the three records.
constexpr size_t kLocalSize = 30;
constexpr uint32_t kLocalSignature = 0x04034b50;
constexpr uint32_t kCentralSignature = 0x02014b50;
constexpr uint32_t kEndSignature = 0x06054b50;
constexpr uint16_t kVersion = 10;      // 1.0: stored files only.
constexpr uint16_t kFirstDay = 0x21;   // 1980-01-01, where DOS dates begin.
constexpr size_t kSizeAt = 22;         // Of a file, in its local header.
constexpr size_t kNameSizeAt = 26;

constexpr std::array<uint32_t, 256> MakeCrcTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320U : 0);
    table[i] = value;
  }
  return table;
}

uint32_t Crc32(std::string_view bytes) {
  static constexpr std::array<uint32_t, 256> kTable = MakeCrcTable();
  uint32_t crc = 0xffffffffU;
  for (const char byte : bytes) crc = kTable[(crc ^ static_cast<uint8_t>(byte)) & 0xff] ^ (crc >> 8);
  return ~crc;
}

void Put16(std::string& out, size_t value) {
  out.push_back(static_cast<char>(value & 0xff));
  out.push_back(static_cast<char>((value >> 8) & 0xff));
}

void Put32(std::string& out, size_t value) {
  Put16(out, value & 0xffff);
  Put16(out, value >> 16);
}

size_t Get(std::string_view bytes, size_t at, int size) {
  size_t value = 0;
  for (int i = size - 1; i >= 0; --i) {
    value = value << 8 | static_cast<uint8_t>(bytes[at + static_cast<size_t>(i)]);
  }
  return value;
}

// What local header and directory say alike.
void PutCommon(std::string& out, const std::string& name, const std::string& bytes, uint32_t crc) {
  Put16(out, kVersion);
  Put16(out, 0);  // Flags.
  Put16(out, 0);  // Method: stored.
  Put16(out, 0);  // Time.
  Put16(out, kFirstDay);
  Put32(out, crc);
  Put32(out, bytes.size());
  Put32(out, bytes.size());
  Put16(out, name.size());
  Put16(out, 0);  // Extra field.
}

absl::Status TooLarge(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_TOO_LARGE, wanted, came, "export fewer messages at once");
}

Finding Fault(std::string where, std::string_view wanted, std::string_view came) {
  return {std::move(where), system::Refuse(v1::REASON_EVIDENCE_INVALID, wanted, came,
                                           "ask for the bundle again, as it was exported")};
}

// What the header at `at` calls its file, whatever else is wrong with it; `otherwise` when it has no
// readable name.
std::string NameAt(std::string_view archive, size_t at, const std::string& otherwise) {
  if (archive.size() - at < kLocalSize) return otherwise;
  const std::string_view name =
      archive.substr(at + kLocalSize, Get(archive, at + kNameSizeAt, 2));
  return IsFileName(name) ? std::string(name) : otherwise;
}

// The files as the local headers tell them one after the other, up to what is no local header.
StoredZip Walk(std::string_view archive) {
  StoredZip read;
  std::string last = "bundle";
  size_t at = 0;
  while (archive.size() - at >= kLocalSize && Get(archive, at, 4) == kLocalSignature) {
    const size_t size = Get(archive, at + kSizeAt, 4);
    const size_t name_size = Get(archive, at + kNameSizeAt, 2);
    at += kLocalSize;
    if (name_size > archive.size() - at) {
      read.fault = Fault(last, "a file after it", "bytes that end within its name");
      return read;
    }
    std::string name(archive.substr(at, name_size));
    at += name_size;
    if (!IsFileName(name) || read.files.size() == kMostFiles) {
      read.fault = Fault(last, fmt::format("at most {} files, named by [a-z0-9._/-]+", kMostFiles),
                         fmt::format("'{}' after it", system::Printable(name)));
      return read;
    }
    if (size > archive.size() - at) {
      read.fault = Fault(name, fmt::format("{} bytes", size),
                         fmt::format("{} that are left", archive.size() - at));
      return read;
    }
    if (!read.files.empty() && name <= read.files.rbegin()->first) {
      read.fault = Fault(name, "each file once, in the order of their names",
                         fmt::format("it after {}", last));
      return read;
    }
    last = name;
    read.files.emplace(std::move(name), archive.substr(at, size));
    at += size;
  }
  if (archive.size() - at < 4 || (Get(archive, at, 4) != kCentralSignature &&
                                  Get(archive, at, 4) != kEndSignature)) {
    read.fault = Fault(NameAt(archive, at, last), "a file, or the directory of all",
                       fmt::format("other bytes at offset {}", at));
  }
  return read;
}

// The file whose local record covers the byte at `offset`; `bundle` for the directory.
std::string FileAt(const Files& files, size_t offset) {
  size_t end = 0;
  for (const auto& [name, bytes] : files) {
    end += kLocalSize + name.size() + bytes.size();
    if (offset < end) return name;
  }
  // Records of the directory follow, each 46 bytes and the name.
  for (const auto& [name, bytes] : files) {
    end += 46 + name.size();
    if (offset < end) return name;
  }
  return "bundle";
}

}  // namespace

bool IsFileName(std::string_view name) {
  if (name.empty() || name.size() > kLongestNameBytes) return false;
  while (true) {
    const size_t slash = name.find('/');
    const std::string_view part = name.substr(0, slash);
    const bool plain = std::ranges::all_of(part, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
    if (part.empty() || part == "." || part == ".." || !plain) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

absl::StatusOr<std::string> WriteStoredZip(const Files& files) {
  if (files.size() > kMostFiles) {
    return TooLarge(fmt::format("at most {} files", kMostFiles), fmt::format("{}", files.size()));
  }
  size_t total = 0;
  for (const auto& [name, bytes] : files) {
    if (!IsFileName(name)) {
      return system::Refuse(v1::REASON_BAD_ARGUMENT, "file names of [a-z0-9._/-]+",
                            system::Printable(name), "name the file otherwise");
    }
    total += bytes.size() + 2 * name.size() + 128;
    if (total > kLargestArchiveBytes) {
      return TooLarge(fmt::format("at most {} bytes", kLargestArchiveBytes), "more");
    }
  }
  std::string archive;
  archive.reserve(total);
  std::string directory;
  for (const auto& [name, bytes] : files) {
    const uint32_t crc = Crc32(bytes);
    const size_t offset = archive.size();
    Put32(archive, kLocalSignature);
    PutCommon(archive, name, bytes, crc);
    archive += name;
    archive += bytes;
    Put32(directory, kCentralSignature);
    Put16(directory, kVersion);
    PutCommon(directory, name, bytes, crc);
    directory.append(10, '\0');  // No comment, disk 0, no attributes.
    Put32(directory, offset);
    directory += name;
  }
  const size_t directory_offset = archive.size();
  archive += directory;
  Put32(archive, kEndSignature);
  Put32(archive, 0);  // Disks.
  Put16(archive, files.size());
  Put16(archive, files.size());
  Put32(archive, directory.size());
  Put32(archive, directory_offset);
  Put16(archive, 0);  // Comment.
  return archive;
}

StoredZip ReadStoredZip(std::string_view archive) {
  StoredZip read;
  if (archive.size() > kLargestArchiveBytes) {
    read.fault = Finding{"bundle", TooLarge(fmt::format("at most {} bytes", kLargestArchiveBytes),
                                            fmt::format("{}", archive.size()))};
    return read;
  }
  read = Walk(archive);
  if (read.fault.has_value()) return read;
  const absl::StatusOr<std::string> expected = WriteStoredZip(read.files);
  if (!expected.ok()) {
    read.fault = Finding{"bundle", expected.status()};
    return read;
  }
  if (*expected == archive) return read;
  const auto [ours, theirs] = std::ranges::mismatch(*expected, archive);
  const size_t offset = static_cast<size_t>(ours - expected->begin());
  const auto shown = [offset](std::string_view bytes) {
    return offset < bytes.size() ? fmt::format("byte {:02x}", static_cast<uint8_t>(bytes[offset]))
                                 : std::string("the end");
  };
  read.fault = Fault(FileAt(read.files, offset),
                     fmt::format("{} at offset {} of the archive", shown(*expected), offset),
                     shown(archive));
  return read;
}

}  // namespace gatepost::evidence
