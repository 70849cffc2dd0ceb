#include "cli/cli.h"

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/editing_commands.h"
#include "cli/store_commands.h"

namespace counterpart::cli {

int run(int argc, char** argv) {
  CLI::App app{
      "Counterpart runs agreements after they are signed.\n"
      "A pack is a folder of Markdown that defines an agreement; a journal is what the parties did under "
      "it."};
  app.require_subcommand(1);
  app.footer(
      "Exit status: 0 done; 1 the answer is no (errors in a pack, a failing scenario, a broken chain); 2 it "
      "could not be carried out.\n"
      "`counterpart COMMAND --help` says more about each.");
  int status = 0;
  std::string pack, only;
  bool json = false;
  const auto with_pack = [&](CLI::App* command) {
    command->add_option("PACK", pack, "the pack's folder, such as agreements/master-procurement")->required();
    command->add_flag("--json", json, "answer as JSON, for programs");
    return command;
  };
  with_pack(app.add_subcommand(
                "check",
                "Read a pack and say what is wrong with it: names, types, rules that contradict each other"))
      ->callback([&] { status = check(pack, json); });
  CLI::App* tests = with_pack(app.add_subcommand("test", "Run every scenario of a pack and say which hold"));
  CLI::Option* only_some = tests->add_option("--only", only, "run only scenarios whose title contains this");
  bool mutants = false;
  tests
      ->add_flag("--mutate", mutants,
                 "drop or bend each rule in turn and list those that no scenario notices")
      ->excludes(only_some);
  tests->callback([&] { status = mutants ? mutate(pack, json) : test(pack, json, only); });
  with_pack(app.add_subcommand("coverage",
                               "List each provision: executed by which rule, tested by which scenario, "
                               "stated, unknown, or deferred"))
      ->callback([&] { status = coverage(pack, json); });
  bool only_check = false;
  CLI::App* formats = app.add_subcommand(
      "fmt", "Lay out a pack's rules and scenarios in one way; what they say does not change");
  formats->add_option("PACK", pack, "the pack's folder, or one Markdown file")->required();
  formats->add_flag("--check", only_check, "change nothing; list what would change, and answer 1");
  formats->callback([&] { status = format_pack(pack, only_check); });
  bool for_vscode = false, for_codemirror = false;
  CLI::App* highlights = app.add_subcommand(
      "highlight", "Write the colours of the language for an editor, from the compiler's own table of words");
  CLI::Option* vscode = highlights->add_flag("--vscode", for_vscode, "a TextMate grammar");
  highlights->add_flag("--codemirror", for_codemirror, "TypeScript for CodeMirror 6")->excludes(vscode);
  highlights->callback([&] { status = highlight(for_vscode, for_codemirror); });
  app.add_subcommand("lsp", "Serve an editor: the language server protocol on standard input and output")
      ->callback([&] { status = language_server(); });
  RunOptions options, other;
  std::string item;
  const auto with_journal = [&](CLI::App* command) {
    command->add_option("PACK", options.pack, "the pack's folder")->required();
    command->add_option("JOURNAL", options.journal, "a file of JSON Lines, one entry a line")->required();
    command->add_option(
        "--as-of", options.as_of,
        "a date (through its end), or a date and time, in the agreement's zone; now when left out");
    command->add_option("--known-at", options.known_at,
                        "count only what was recorded by then; everything when left out");
    command->add_option("--reading", options.readings, "compute under another reading: NAME=ALTERNATIVE");
    command->add_option(
        "--also", options.also,
        "a later edition of the pack: PACK@DATE amends it from a date, PACK alone corrects it from "
        "the start");
    command->add_option("--input", options.inputs,
                        "an agreement whose position the pack reads: NAME=PACK,JOURNAL");
    command->add_flag("--json", options.json, "answer as JSON, for programs");
    return command;
  };
  CLI::App* runs = with_journal(
      app.add_subcommand("run", "Compute the position: what holds, as of one date and as known at another"));
  CLI::Option* party = runs->add_option("--party", options.party, "the party whose own journal --own is");
  runs->add_option("--own", options.own,
                   "a party's own journal (drafts, approvals, remarks, holds), shown beside the position")
      ->needs(party);
  runs->callback([&] { status = run_journal(options); });
  CLI::App* whys = with_journal(
      app.add_subcommand("why", "Explain one item: clause, facts, and each day counted or skipped"));
  whys->add_option("ITEM", item, "as the position names it: PurchaseOrder/PO-17, duty:…, due:…, entry:7")
      ->required();
  whys->callback([&] { status = why(options, item); });
  std::string paper_name, paper_document, paper_form = "text";
  CLI::App* papers = with_journal(app.add_subcommand(
      "paper", "Make a report, register or certificate that the text calls for from the position"));
  papers->add_option("NAME", paper_name, "the paper's name; left out: which papers there are");
  papers->add_option("--of", paper_document,
                     "the document it is made of, where it is made of one: Order/O-1");
  papers->add_option("--form", paper_form, "text, html (to print) or csv (its tables, for a spreadsheet)")
      ->check(CLI::IsMember({"text", "html", "csv"}));
  papers->callback([&] {
    const PaperForm form = paper_form == "html"  ? PaperForm::html
                           : paper_form == "csv" ? PaperForm::csv
                                                 : PaperForm::text;
    status = paper(options, paper_name, paper_document, form);
  });
  with_journal(app.add_subcommand("alternatives",
                                  "Show what is open, readings and disputes, and what each answer changes"))
      ->callback([&] { status = alternatives(options); });
  CLI::App* diffs = with_journal(
      app.add_subcommand("diff", "Compare two positions: other dates, other knowledge, other readings"));
  diffs->add_option("--to-as-of", other.as_of, "the second position's date");
  diffs->add_option("--to-known-at", other.known_at,
                    "the second position's knowledge; \"everything\" lifts --known-at");
  diffs->add_option("--to-also", other.also, "the editions of the second position, as with --also");
  diffs->add_option("--to-reading", other.readings, "the second position's readings");
  diffs->callback([&] { status = diff(options, other); });
  ServeOptions serving;
  CLI::App* serves =
      app.add_subcommand("serve", "Serve a workspace: the application at / and the API at /api/v1/");
  serves->add_option("--data", serving.data, "the workspace's folder")->required();
  serves->add_option("--listen", serving.listen, "address and port; loopback only until there are accounts")
      ->capture_default_str();
  serves->add_option("--ui", serving.ui, "the built interface")->capture_default_str();
  serves->add_option("--sample-clock", serving.sample_clock,
                     "set the clock of a sample workspace (RFC 3339); refused for any other");
  serves->callback([&] { status = serve(serving); });

  std::string data, journal_file, sample_clock, agreement, file;
  CLI::App* imports = app.add_subcommand(
      "import", "Add an agreement to a workspace: its pack and, if there is one, its journal");
  imports->add_option("--data", data, "the workspace's folder")->required();
  imports->add_option("PACK", pack, "the pack's folder")->required();
  imports->add_option("JOURNAL", journal_file, "a file of JSON Lines");
  imports->add_option("--sample-clock", sample_clock, "make it a sample, whose clock starts here (RFC 3339)");
  imports->callback([&] { status = import(data, pack, journal_file, sample_clock); });
  CLI::App* texts = app.add_subcommand(
      "import-text", "Set an agreement's original text, from a file you have, beside its pack");
  texts->add_option("--data", data, "the workspace's folder")->required();
  texts->add_option("AGREEMENT", agreement, "the agreement's name, such as lease")->required();
  texts->add_option("FILE", file, "a text file")->required();
  texts->callback([&] { status = import_text(data, agreement, file); });
  CLI::App* verifies =
      app.add_subcommand("verify", "Recompute the hash chain of every journal from the record alone");
  verifies->add_option("--data", data, "the workspace's folder")->required();
  verifies->add_flag("--json", json, "answer as JSON, for programs");
  verifies->callback([&] { status = verify(data, json); });
  CLI11_PARSE(app, argc, argv);
  return status;
}

}  // namespace counterpart::cli
