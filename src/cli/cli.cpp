#include "cli/cli.h"

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace counterpart::cli {

int run(int argc, char** argv) {
  CLI::App app{"Counterpart runs agreements after they are signed.\n"
               "A pack is a folder of Markdown that defines an agreement; a journal is what the parties did under it."};
  app.require_subcommand(1);
  app.footer("Exit status: 0 done; 1 the answer is no (errors in a pack, a failing scenario, a broken chain); 2 it could not be carried out.\n"
             "`counterpart COMMAND --help` says more about each.");
  int status = 0;
  std::string pack, only;
  bool json = false;
  const auto with_pack = [&](CLI::App* command) {
    command->add_option("PACK", pack, "the pack's folder, such as agreements/master-procurement")->required();
    command->add_flag("--json", json, "answer as JSON, for programs");
    return command;
  };
  with_pack(app.add_subcommand("check", "Read a pack and say what is wrong with it: names, types, rules that contradict each other"))->callback([&] { status = check(pack, json); });
  CLI::App* tests = with_pack(app.add_subcommand("test", "Run every scenario of a pack and say which hold"));
  tests->add_option("--only", only, "run only scenarios whose title contains this");
  tests->callback([&] { status = test(pack, json, only); });
  with_pack(app.add_subcommand("coverage", "List each provision: executed by which rule, tested by which scenario, stated, unknown, or deferred"))->callback([&] {
    status = coverage(pack, json);
  });
  CLI11_PARSE(app, argc, argv);
  return status;
}

}  // namespace counterpart::cli
