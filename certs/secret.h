#ifndef GATEPOST_CERTS_SECRET_H_
#define GATEPOST_CERTS_SECRET_H_

#include <cstddef>
#include <memory>
#include <string_view>

namespace gatepost::certs {

// Bytes that nobody else may read: wiped when they go, moved but never copied, never printed (there
// is no conversion to text other than Reveal), compared in constant time.
class SecretBytes {
 public:
  SecretBytes() = default;
  // Copies `bytes`; wiping the original is the caller's part.
  explicit SecretBytes(std::string_view bytes);
  // `size` zero bytes to be filled through data().
  explicit SecretBytes(size_t size);
  ~SecretBytes();
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;

  char* data() { return bytes_.get(); }
  size_t size() const { return size_; }
  // The bytes, for the one call that needs them. Do not keep or print the view.
  std::string_view Reveal() const { return {bytes_.get(), size_}; }
  // Constant time for secrets of one length.
  bool Equals(const SecretBytes& other) const;

 private:
  void Wipe();

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_SECRET_H_
