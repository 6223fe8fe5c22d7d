// What `gatepost sandbox-relay` does, as a program of its own for the tests of the library.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "client/relay.h"

int main(int argc, char** argv) {
  int listen_port = 0, target_port = 0;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::string_view(argv[i]) == "--listen") listen_port = std::atoi(argv[i + 1]);
    if (std::string_view(argv[i]) == "--target") target_port = std::atoi(argv[i + 1]);
  }
  if (listen_port == 0 || target_port == 0) {
    std::fputs("usage: relay_program --listen PORT --target PORT\n", stderr);
    return 2;
  }
  return gatepost::client::RunRelay(static_cast<uint16_t>(listen_port),
                                    static_cast<uint16_t>(target_port));
}
