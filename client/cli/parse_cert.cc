// The commands about certificates, keys and troubles as they are typed.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "client/cli/cert_commands.h"
#include "client/cli/parse.h"
#include "client/cli/parse_command.h"
#include "client/render/text.h"

namespace gatepost::cli {
namespace {

using render::_;

CLI::Option* AddUse(CLI::App* command, std::string& use) {
  return command
      ->add_option("--use", use,
                   _("tls (a person's or system's connection), sign, or node (a node's TLS)"))
      ->check(CLI::IsMember({"tls", "sign", "node"}).description(""));
}

void AddRequest(CLI::App* cert, Parsed& parsed) {
  CLI::App* command =
      cert->add_subcommand("request", _("make a key here, and the request for its certificate"));
  const auto options = Command<CertRequestOptions>(command, parsed, CertRequest);
  command->add_option("--id", options->id, _("the name: spiffe://<trust-domain>/..."))->required();
  AddUse(command, options->use)->required();
  command->add_option("--suite", options->suite,
                      _("kind of key: ecdsa-p256-sha256 (default), ed25519 or sm2-sm3"));
  command->add_option("--key", options->key_file, _("where the private key is written"))
      ->required();
  command->add_option("--out", options->out_file, _("where the request is written"))->required();
  command->add_option("--dns", options->dns_names, _("a host name beside it, for tools"))
      ->allow_extra_args(false);
  command->add_flag("--force", options->force, _("replace files that are there"));
}

void AddCheck(CLI::App* cert, Parsed& parsed) {
  CLI::App* show =
      cert->add_subcommand("show", _("what is in files of certificates, requests, lists or keys"));
  const auto shown = Command<CertShowOptions>(show, parsed, CertShow);
  show->add_option("FILE", shown->files, _("one or more files"))->required();

  CLI::App* check = cert->add_subcommand(
      "check", _("judge a certificate, or all that the client config names, as a node would"));
  const auto checked = Command<CertCheckOptions>(check, parsed, CertCheck);
  check->add_option("FILE", checked->file, _("the certificate, leaf first"));
  check->add_option("--key", checked->key_file, _("its private key"));
  check->add_option("--root", checked->root_files, _("a root that it should lead to"))
      ->allow_extra_args(false);
  AddUse(check, checked->use);

  CLI::App* expiring = cert->add_subcommand("expiring", _("what ends soon, the soonest first"));
  const auto ending = Command<CertExpiringOptions>(expiring, parsed, CertExpiring);
  expiring->add_option("--days", ending->days, _("how soon; default 60"))
      ->check(CLI::Range(0, 36500).description(""));
  expiring->add_option("--node-config", ending->node_config,
                       _("of a node, by its config file, instead of a client"));
}

void AddPracticeCa(CLI::App* cert, Parsed& parsed) {
  CLI::App* ca = cert->add_subcommand(
      "ca", _("a PRACTICE authority in a folder; nothing that it signs is ever real"));
  ca->require_subcommand(1);
  ca->fallthrough();
  struct Action {
    const char* name;
    const char* help;
    int (*run)(const Global&, const CertCaOptions&);
  };
  const Action actions[] = {
      {"init", _("make its root"), CertCaInit},
      {"issue", _("issue a certificate"), CertCaIssue},
      {"revoke", _("revoke one, and write the revocation list"), CertCaRevoke},
      {"list", _("what it issued and revoked"), CertCaList}};
  for (const Action& action : actions) {
    CLI::App* command = ca->add_subcommand(action.name, action.help);
    const auto options = Command<CertCaOptions>(command, parsed, action.run);
    command->add_option("--dir", options->dir, _("its folder"))->required();
    if (action.run == CertCaInit) {
      command
          ->add_option("--domain", options->domain,
                       _("its trust domain, e.g. langson.practice.example"))
          ->required();
    } else if (action.run == CertCaIssue) {
      command->add_option("--csr", options->csr_file, _("a request: the key stays with its owner"));
      command->add_option("--id", options->id, _("without a request: the name"));
      AddUse(command, options->use);
      command->add_option("--key", options->key_file,
                          _("without a request: where the private key is written"));
      command->add_option("--dns", options->dns_names, _("a host name beside it, for tools"))
          ->allow_extra_args(false);
      command->add_option("--days", options->days, _("how long it holds; default 365"))
          ->check(CLI::Range(1, 3650).description(""));
      command->add_option("--out", options->out_file, _("where the certificate is written"))
          ->required();
    } else if (action.run == CertCaRevoke) {
      command
          ->add_option("CERTIFICATE", options->revoked,
                       _("a certificate file, or 8 or more digits of its SHA-256"))
          ->required();
    }
  }
}

}  // namespace

void AddCertCommands(CLI::App& app, Parsed& parsed) {
  CLI::App* cert = app.add_subcommand("cert", _("certificates and keys"));
  cert->require_subcommand(1);
  cert->fallthrough();
  AddRequest(cert, parsed);
  AddCheck(cert, parsed);
  AddPracticeCa(cert, parsed);

  CLI::App* doctor = app.add_subcommand(
      "doctor", _("look for every usual trouble, and say what to do, a line each"));
  const auto options = Command<DoctorOptions>(doctor, parsed, Doctor);
  doctor->add_option("--node-config", options->node_config,
                     _("of a node, by its config file, instead of a client"));
}

}  // namespace gatepost::cli
