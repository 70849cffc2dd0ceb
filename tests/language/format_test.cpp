#include "language/format.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "language/pack_folder.h"
#include "support.h"

namespace counterpart::tests {
namespace {

using program::Program;

std::vector<language::PackSource> all_packs() {
  std::vector<language::PackSource> packs;
  for (const auto& folder : std::filesystem::directory_iterator(COUNTERPART_SOURCE_DIR "/agreements")) {
    if (folder.path().filename() == "library" || !folder.is_directory()) continue;
    auto pack = language::read_pack_folder(folder.path().string());
    if (pack) packs.push_back(*std::move(pack));
  }
  packs.push_back(pack_of(lease));
  return packs;
}

// What a program says, without where it stands and in which spacing its words were written.
std::string said(const Program& p) {
  std::ostringstream out;
  const auto text = [&](program::TextId id) { out << '"' << p.text(id) << "\" "; };
  for (const program::Expr& e : p.exprs) {
    out << static_cast<int>(e.op) << ' ' << e.a.value << ' ' << e.b.value << ' ' << e.c.value << ' ' << e.m
        << ' ';
    if (e.op == program::Op::sent_by)
      text(program::TextId{e.n});
    else
      out << e.n << ' ';
  }
  out << "\nliterals ";
  for (const program::Value& v : p.literals) {
    out << static_cast<int>(v.tag) << ' ' << v.detail << ' ';
    if (v.tag == program::Tag::text || v.tag == program::Tag::choice)
      text(program::TextId{static_cast<std::uint32_t>(v.number)});
    else
      out << v.number << ' ';
  }
  out << "\nrows ";
  for (const program::Field& f : p.fields) {
    text(f.name);
    out << static_cast<int>(f.type.type) << f.optional << f.sensitive << f.initial.value << ' '
        << f.computed.value;
  }
  for (const program::Act& a : p.acts) {
    text(a.verb);
    out << a.kind.value << a.jointly << a.creates << a.to.value << ' ' << a.requirements.count
        << a.effects.count << a.inputs.count << a.effect_on_receipt << a.provisions.count;
  }
  for (const program::Requirement& r : p.requirements) {
    text(r.message);
    out << static_cast<int>(r.strength) << r.condition.value << static_cast<int>(r.if_unknown)
        << r.provisions.count;
  }
  for (const program::Effect& e : p.effects)
    out << static_cast<int>(e.kind) << e.thing.value << ' ' << e.stage.value << ' ' << e.value.value << ' ';
  for (const program::Duty& d : p.duties) {
    text(d.name);
    text(d.standard);
    out << d.guard.value << ' ' << d.unless.value << ' ' << d.deadline.value << ' ' << d.otherwise.count
        << d.breach;
  }
  for (const program::Due& d : p.dues) {
    text(d.name);
    out << d.amount.value << ' ' << d.deadline.value << ' ' << d.interest_rate.value << ' ';
  }
  for (const program::ProvisionId c : p.cited) out << c.value << ' ';
  out << p.powers.size() << ' ' << p.prohibitions.size() << ' ' << p.rules.size() << ' ' << p.periods.size()
      << ' ' << p.triggers.size() << ' ' << p.receipt_rows.size() << ' ' << p.stages.size() << ' '
      << p.claims.size();
  for (const program::Provision& x : p.provisions) out << static_cast<int>(x.disposition);
  out << "\nscenarios ";
  for (const program::Scenario& s : p.scenarios) {
    out << s.title << ' ';
    for (const program::Step& step : s.steps) {
      out << step.at.seconds << step.label << step.of_label;
      if (step.entry) out << step.entry->on << step.entry->act << write_json(step.entry->with);
      for (const program::Expectation& x : step.expectations)
        out << static_cast<int>(x.kind) << x.negated << x.party << x.thing << x.word << x.provision
            << x.moment << x.amount;
    }
  }
  return out.str();
}

TEST(Format, formatting_what_is_formatted_changes_nothing) {
  for (const language::PackSource& pack : all_packs()) {
    for (const language::SourceFile& file : pack.files) {
      const std::string once = language::format(file.text);
      EXPECT_EQ(language::format(once), once) << file.path;
    }
  }
}

TEST(Format, a_formatted_pack_says_the_same) {
  for (language::PackSource pack : all_packs()) {
    const auto before = language::compile(pack, load_zone);
    ASSERT_NE(before.program, nullptr) << pack.name;
    for (language::SourceFile& file : pack.files) file.text = language::format(file.text);
    const auto after = language::compile(pack, load_zone);
    ASSERT_NE(after.program, nullptr) << language::render(after.diagnostics, pack);
    EXPECT_EQ(said(*before.program), said(*after.program)) << pack.name;
  }
}

// Lines of real packs, cut, doubled, indented and spoilt: still stable, and no character that is not a blank
// is lost, made or moved.
TEST(Format, any_text_at_all_is_stable_and_keeps_its_words) {
  std::vector<std::string> lines;
  for (const language::PackSource& pack : all_packs()) {
    for (const language::SourceFile& file : pack.files) {
      std::istringstream in(file.text);
      for (std::string line; std::getline(in, line);) lines.push_back(line);
    }
  }
  const auto words = [](std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; });
    return text;
  };
  const bool stable = rc::check("format(format(x)) == format(x)", [&] {
    std::string text;
    const int n = *rc::gen::inRange(1, 120);
    for (int i = 0; i < n; ++i) {
      std::string line = lines[*rc::gen::inRange<std::size_t>(0, lines.size())];
      switch (*rc::gen::inRange(0, 8)) {
        case 0:
          line.insert(0, std::string(*rc::gen::inRange<std::size_t>(0, 7), ' '));
          break;
        case 1:
          line = "```counterpart";
          break;
        case 2:
          line = "```scenario \"one\"   [1-a]";
          break;
        case 3:
          line = "```";
          break;
        case 4:
          line.insert(*rc::gen::inRange<std::size_t>(0, line.size() + 1),
                      *rc::gen::element<std::string>("  ", " -- why", "\"", "[2.3-a]", ",", "\t", "–", "😀",
                                                     "(", "="));
          break;
        case 5:
          line = line.substr(0, *rc::gen::inRange<std::size_t>(0, line.size() + 1));
          break;
        default:
          break;
      }
      text += line + (*rc::gen::inRange(0, 20) == 0 ? "\r\n" : "\n");
    }
    const std::string once = language::format(text);
    RC_ASSERT(language::format(once) == once);
    RC_ASSERT(words(once) == words(text));
  });
  EXPECT_TRUE(stable);
}

struct Case {
  const char* what;
  std::string before, after;
};

std::string rules(const std::string& inside) { return "```counterpart\n" + inside + "```\n"; }
std::string story(const std::string& inside) { return "```scenario \"s\"\n" + inside + "```\n"; }

TEST(Format, lays_out_as_the_packs_are_written_by_hand) {
  const std::vector<Case> cases{
      {"types of fields share a column",
       rules("document Order\n   key text\n   bill_and_hold   yes/no=no\n   total = sum of lines.amount\n"),
       rules("document Order\n  key             text\n  bill_and_hold   yes/no = no\n  total           = sum "
             "of lines.amount\n")},
      {"a column already shared stays", rules("document Order\n  key       text\n  stages    made\n"),
       rules("document Order\n  key       text\n  stages    made\n")},
      {"citations share a column",
       rules("duty Lessor grants Request [1-b]\n    from receipt of ask\n    otherwise Request becomes "
             "granted [1-c]\n"),
       rules("duty Lessor grants Request                                         [1-b]\n"
             "  from receipt of ask\n"
             "  otherwise Request becomes granted                                [1-c]\n")},
      {"citations of long lines share the next column",
       rules("act ask Request by Lessee\n"
             "  void unless signed by manager or higher, because \"a manager signs for it\" [1-a]\n"
             "  void unless signed by manager or higher, because \"a manager signs\" [1-b]\n"),
       rules("act ask Request by Lessee\n"
             "  void unless signed by manager or higher, because \"a manager signs for it\"   [1-a]\n"
             "  void unless signed by manager or higher, because \"a manager signs\"          [1-b]\n")},
      {"continued lines keep their distance, or stay below a word",
       rules("act ask Request by Lessee\n    void unless a\n        and b\nterm x = 1\n"
             "document Order\n  sort  one of a,\n        b\n"),
       rules("act ask Request by Lessee\n  void unless a\n      and b\nterm x = 1\n"
             "document Order\n  sort  one of a,\n        b\n")},
      {"comments stay", rules("-- first\nterm x = 1   -- why\n      -- below\n  \n\n\nterm y = 2\n\n"),
       rules("-- first\nterm x = 1   -- why\n  -- below\n\nterm y = 2\n")},
      {"what is heard as one stays one",
       rules("due d of Request from A to B\n  amount under.total-1\n  from 15.1(c)-a\n"),
       rules("due d of Request from A to B\n  amount under.total-1\n  from 15.1(c)-a\n")},
      {"stories stand in columns",
       story("after   \"a\"\n-- Thursday\n2000-06-01 10:00 Lessee asks R-1 ,price 1.00,\n   signed by its "
             "manager\n"
             "2000-06-02 R-1 is asked;R-1 is not granted\n2000-06-02 known 2000-06-05    R-1 is asked\n"),
       story("after \"a\"\n-- Thursday\n2000-06-01 10:00  Lessee asks R-1, price 1.00,\n                  "
             "signed by its manager\n"
             "2000-06-02        R-1 is asked; R-1 is not granted\n2000-06-02 known 2000-06-05  R-1 is "
             "asked\n")},
      {"prose keeps its words and its hard breaks", "One  two   \nthree \n\n# Four  \nfive\n\n\n",
       "One  two  \nthree\n\n# Four\nfive\n"},
      {"a block that cannot be read stays", rules("term   x =   \"open\n"), rules("term   x =   \"open\n")},
      {"a block that is not closed stays", "```counterpart\nterm   x =   1\n",
       "```counterpart\nterm   x =   1\n"},
      {"other blocks stay", "```json\n{ \"a\" :  1 }  \n```\n", "```json\n{ \"a\" :  1 }  \n```\n"},
      {"line endings stay", "a \r\n```counterpart\r\nterm x=1\r\n```\r\n",
       "a\r\n```counterpart\r\nterm x = 1\r\n```\r\n"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(language::format(c.before), c.after) << c.what;
    EXPECT_EQ(language::format(c.after), c.after) << c.what;
  }
}

}  // namespace
}  // namespace counterpart::tests
