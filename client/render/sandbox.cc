#include "client/render/sandbox.h"

#include "client/render/table.h"
#include "client/render/text.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

std::string ProcessText(bool running, int pid) {
  return running ? Say("runs, process {0}", pid) : std::string(_("does not run"));
}

}  // namespace

std::string SandboxText(const config::v1::Sandbox& sandbox) {
  std::string text =
      Say("sandbox in {0}; everything in it is for PRACTICE only", sandbox.dir()) + "\n";
  Table nodes({{_("Node")}, {_("Address")}, {_("Process")}, {_("Log file")}});
  for (const config::v1::SandboxNode& node : sandbox.nodes()) {
    nodes.Add(
        {node.node(), node.address(), ProcessText(node.running(), node.pid()), node.log_file()});
  }
  text += nodes.ToText(2);
  bool any_runs = false;
  for (const config::v1::SandboxNode& node : sandbox.nodes()) any_runs |= node.running();
  const std::string link = sandbox.relay().running()
                               ? Say("the link passes through {0}", sandbox.relay().address())
                           : any_runs ? std::string(_("the link is CUT"))
                                      : std::string(_("the sandbox is down"));
  text += "  " + link + "\n";
  Table clients({{_("Client")}, {_("Identity")}, {_("Config file")}});
  for (const config::v1::SandboxClient& client : sandbox.clients()) {
    clients.Add({client.name(), client.spiffe_id(), client.config_file()});
  }
  text += clients.ToText(2);
  if (!sandbox.clients().empty()) {
    text += Say("next: gatepost --client-config {0} peer ping", sandbox.clients(0).config_file()) +
            "\n";
  }
  return text;
}

std::string SandboxCsv(const config::v1::Sandbox& sandbox) {
  Table table({{"client"}, {"spiffe_id"}, {"node"}, {"address"}, {"running"}, {"config_file"}});
  for (const config::v1::SandboxClient& client : sandbox.clients()) {
    for (const config::v1::SandboxNode& node : sandbox.nodes()) {
      if (node.node() != client.node()) continue;
      table.Add({client.name(), client.spiffe_id(), node.node(), node.address(),
                 node.running() ? "true" : "false", client.config_file()});
    }
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
