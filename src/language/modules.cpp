#include "language/modules.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "language/builder.h"

namespace counterpart::language {

namespace {

constexpr std::array<std::string_view, 11> replacement_words{"party",     "kind",  "verb",      "duration",
                                                             "number",    "money", "date",      "text",
                                                             "condition", "word",  "provisions"};

std::string_view module_name(std::string_view path) {
  path.remove_prefix(std::string_view("library/").size());
  return path.substr(0, path.size() - std::string_view(".md").size());
}

// "accept" as "accepts", "notify" as "notifies", "discuss" as "discusses".
std::string third_person(std::string_view verb) {
  const std::string base(verb);
  if (verb.size() > 1 && verb.ends_with('y') &&
      std::string_view("aeiou").find(verb[verb.size() - 2]) == std::string_view::npos)
    return base.substr(0, base.size() - 1) + "ies";
  for (const std::string_view hissing : {"s", "x", "z", "ch", "sh", "o"}) {
    if (verb.ends_with(hissing)) return base + "es";
  }
  return base + "s";
}

bool is_symbol(const Token& t, std::string_view text) {
  return t.kind == TokenKind::symbol && t.text == text;
}
bool is_word(const Token& t, std::string_view text) { return t.kind == TokenKind::word && t.text == text; }

}  // namespace

bool is_module(const PackSource& pack, std::uint32_t file) {
  if (file >= pack.files.size()) return false;
  const std::string& path = pack.files[file].path;
  return path.starts_with("library/") && path.ends_with(".md") && path != pack.name + ".md";
}

void Modules::take(const Block& block) {
  std::vector<Declaration> read = read_declarations(block, b_.diagnostics);
  for (Declaration& d : read) d.section = block.section;
  std::string_view info = block.info;
  while (!info.empty() && info.front() == ' ') info.remove_prefix(1);
  const bool example = info.starts_with("example");
  const bool library = is_module(b_.pack, block.file);
  if (library && example) return;  // only for the module tested alone
  std::vector<Declaration>& into =
      library   ? modules_[std::string(module_name(b_.pack.files[block.file].path))].declarations
      : example ? example_
                : own_.declarations;
  into.insert(into.end(), std::make_move_iterator(read.begin()), std::make_move_iterator(read.end()));
}

std::vector<Declaration> Modules::declarations() {
  std::vector<Declaration> used;
  std::vector<Declaration> out;
  try {
    read_parameters(own_);
  } catch (const LineAbandoned&) {
    own_.parameters.clear();
  }
  // A module on its own: its words stand for their examples.
  Instance alone;
  alone.keeps_section = true;
  for (const Parameter& p : own_.parameters) {
    if (!b_.pack.name.starts_with("library/")) {
      b_.report("E0211", p.name.range, "only a module has parameters", "this file is the pack's own",
                "move it to the folder library beside the pack, and take it in with `use`");
    } else if (!p.has_example && !p.has_default) {
      b_.report("E0211", p.name.range, fmt::format("the parameter \"{}\" has no example", p.name.text),
                "nothing to test the module with", "end the line with `, example …`");
    } else {
      bind(p, p.has_example ? p.example : p.initial, alone);
    }
  }
  const auto add = [&](const Declaration& d) {
    if (!is_word(d.head.tokens.front(), "use")) {
      out.push_back(d);
      return;
    }
    try {
      set_in(d, used);
    } catch (const LineAbandoned&) {
      // Said; what else the pack declares is still read.
    }
  };
  for (const Declaration& d : example_) add(d);
  for (const Declaration& d : own_.declarations) {
    if (is_word(d.head.tokens.front(), "parameters")) continue;
    add(own_.parameters.empty() ? d : replaced(d, alone));
  }
  used.insert(used.end(), std::make_move_iterator(out.begin()), std::make_move_iterator(out.end()));
  return used;
}

void Modules::read_parameters(Module& module) {
  if (module.read) return;
  module.read = true;
  for (const Declaration& d : module.declarations) {
    if (!is_word(d.head.tokens.front(), "parameters")) continue;
    for (const Line& line : d.clauses) {
      try {
        Parameter p = parameter(line);
        for (const Parameter& other : module.parameters) {
          if (other.name.text == p.name.text) {
            b_.report("E0202", p.name.range,
                      fmt::format("the parameter \"{}\" is declared twice", p.name.text), "again here",
                      "keep one of them", {{other.name.range, "first declared here"}});
          }
        }
        module.parameters.push_back(std::move(p));
      } catch (const LineAbandoned&) {
      }
    }
  }
}

// Up to the next comma outside brackets; `at` is left on it.
Modules::Given Modules::value(const std::vector<Token>& tokens, std::size_t& at) {
  Given given;
  int depth = 0;
  for (; tokens[at].kind != TokenKind::end; ++at) {
    const Token& t = tokens[at];
    if (is_symbol(t, "(")) ++depth;
    if (is_symbol(t, ")")) --depth;
    if (depth == 0 && is_symbol(t, ",")) break;
    given.tokens.push_back(t);
  }
  return given;
}

// Citations are kept apart from the other words of a line: each belongs to the name it stands behind.
void Modules::cites_by_place(const Line& line, std::vector<Argument>& arguments, std::size_t first) {
  for (const Token& cite : line.cites) {
    Argument* of = nullptr;
    for (std::size_t i = first; i < arguments.size(); ++i) {
      const Range& name = arguments[i].name.range;
      if (std::tie(name.line, name.column) < std::tie(cite.range.line, cite.range.column)) of = &arguments[i];
    }
    if (of != nullptr) of->given.cites.push_back(cite);
  }
}

Modules::Parameter Modules::parameter(const Line& line) {
  Parameter p;
  const auto& tokens = line.tokens;
  p.name = tokens.front();
  if (p.name.kind != TokenKind::word && p.name.kind != TokenKind::name) {
    b_.stop("E0105", p.name.range, "the parameter's word was expected here",
            fmt::format("found \"{}\"", p.name.text), "`cure_time duration = 30 days`");
  }
  const Token& kind = tokens[1];
  const auto found = std::find(replacement_words.begin(), replacement_words.end(), kind.text);
  if (kind.kind != TokenKind::word || found == replacement_words.end()) {
    b_.stop("E0201", kind.range, fmt::format("\"{}\" is not something a word can be replaced by", kind.text),
            "what replaces it was expected here",
            "party, kind, verb, duration, number, money, date, text, condition, word or provisions");
  }
  p.is = static_cast<Replacement>(found - replacement_words.begin());
  std::size_t at = 2;
  // The words `=` and `example`, each with its value, in the shape of arguments, so that citations find
  // theirs.
  std::vector<Argument> values;
  if (is_symbol(tokens[at], "=")) {
    Argument a{tokens[at++], {}};
    a.given = value(tokens, at);
    values.push_back(std::move(a));
    p.has_default = true;
  }
  if (is_symbol(tokens[at], ",")) ++at;
  if (is_word(tokens[at], "example")) {
    Argument a{tokens[at++], {}};
    a.given = value(tokens, at);
    values.push_back(std::move(a));
    p.has_example = true;
  }
  if (tokens[at].kind != TokenKind::end) {
    b_.stop("E0104", tokens[at].range, "this does not belong in a parameter",
            fmt::format("\"{}\" is not understood here", tokens[at].text),
            "`NAME KIND`, then `= DEFAULT` and `, example VALUE` where there are such");
  }
  cites_by_place(line, values, 0);
  for (Argument& a : values) {
    check(p, a.given, a.name.range);
    (a.name.text == "=" ? p.initial : p.example) = std::move(a.given);
  }
  // Provisions need not be given: a rule then cites none.
  if (p.is == Replacement::provisions) p.has_default = true;
  return p;
}

Modules::Use Modules::read_use(const Declaration& d) {
  Use use;
  const auto& head = d.head.tokens;
  use.module = head[1];
  if (use.module.kind != TokenKind::word) {
    b_.stop("E0105", use.module.range, "the name of a module was expected here",
            fmt::format("found \"{}\"", use.module.text), "`use us_federal`");
  }
  const auto arguments = [&](const Line& line, std::size_t at) {
    const std::size_t first = use.arguments.size();
    while (line.tokens[at].kind != TokenKind::end) {
      const Token& name = line.tokens[at];
      if (is_word(name, "as") && line.tokens[at + 1].kind == TokenKind::word) {
        use.prefix = line.tokens[at + 1];
        at += 2;
      } else {
        if (name.kind != TokenKind::word && name.kind != TokenKind::name) {
          b_.stop("E0105", name.range, "the word of a parameter was expected here",
                  fmt::format("found \"{}\"", name.text),
                  "`use NAME with WORD VALUE, WORD VALUE, as PREFIX`");
        }
        Argument a{name, {}};
        ++at;
        a.given = value(line.tokens, at);
        use.arguments.push_back(std::move(a));
      }
      if (is_symbol(line.tokens[at], ",")) {
        ++at;
      } else if (line.tokens[at].kind != TokenKind::end) {
        b_.stop("E0105", line.tokens[at].range, "a comma or the line's end was expected here",
                fmt::format("found \"{}\"", line.tokens[at].text));
      }
    }
    cites_by_place(line, use.arguments, first);
  };
  std::size_t at = 2;
  if (is_word(head[at], "with")) ++at;
  arguments(d.head, at);
  for (const Line& line : d.clauses) arguments(line, 0);
  return use;
}

void Modules::set_in(const Declaration& d, std::vector<Declaration>& out) {
  const Use use = read_use(d);
  const auto found = modules_.find(use.module.text);
  if (found == modules_.end()) {
    std::vector<std::string> known;
    for (const auto& [name, module] : modules_) known.push_back(name);
    b_.stop("E0108", use.module.range, fmt::format("there is no module \"{}\"", use.module.text),
            "no such file in the library", b_.nearest(use.module.text, known));
  }
  if (std::find(inside_.begin(), inside_.end(), found->first) != inside_.end()) {
    b_.stop("E0109", use.module.range, fmt::format("the module \"{}\" takes in itself", use.module.text),
            "it is being taken in already", "let one of them do without the other");
  }
  Module& module = found->second;
  read_parameters(module);
  const bool plain = module.parameters.empty() && use.prefix.kind == TokenKind::end;
  if (plain && std::find(set_in_.begin(), set_in_.end(), found->first) != set_in_.end()) return;
  if (plain) set_in_.push_back(found->first);

  b_.used_modules.push_back({use.module.range, std::string(use.module.text)});
  Instance instance;
  instance.number = static_cast<std::uint32_t>(b_.used_modules.size());
  instance.section = d.section;
  instance.keeps_section = plain;
  bool wrong = false;
  for (const Argument& a : use.arguments) {
    const auto of = std::find_if(module.parameters.begin(), module.parameters.end(),
                                 [&](const Parameter& p) { return p.name.text == a.name.text; });
    const bool again = std::any_of(use.arguments.data(), &a,
                                   [&](const Argument& before) { return before.name.text == a.name.text; });
    if (of == module.parameters.end() || again) {
      std::vector<std::string> known;
      for (const Parameter& p : module.parameters) known.emplace_back(p.name.text);
      b_.report("E0211", a.name.range,
                again ? fmt::format("\"{}\" is given twice", a.name.text)
                      : fmt::format("the module \"{}\" has no parameter \"{}\"", found->first, a.name.text),
                again ? "again here" : "not one of its words",
                again ? "keep one of them" : b_.nearest(a.name.text, known));
      wrong = true;
      continue;
    }
    try {
      check(*of, a.given, a.name.range);
      bind(*of, a.given, instance);
    } catch (const LineAbandoned&) {
      wrong = true;
    }
  }
  for (const Parameter& p : module.parameters) {
    const bool given = std::any_of(use.arguments.begin(), use.arguments.end(),
                                   [&](const Argument& a) { return a.name.text == p.name.text; });
    if (given) continue;
    if (!p.has_default) {
      b_.report("E0211", use.module.range,
                fmt::format("the module \"{}\" asks for \"{}\", {} {}", found->first, p.name.text,
                            p.is == Replacement::provisions ? "the" : "a",
                            replacement_words[static_cast<std::size_t>(p.is)]),
                "not given here", fmt::format("add `{} …`", p.name.text), {{p.name.range, "asked for here"}});
      wrong = true;
      continue;
    }
    bind(p, p.initial, instance);
  }
  if (wrong) return;
  if (use.prefix.kind != TokenKind::end) prefix_names(module, use.prefix.text, instance);
  inside_.push_back(found->first);
  for (const Declaration& own : module.declarations) {
    if (is_word(own.head.tokens.front(), "parameters")) continue;
    const Declaration& ready = plain ? own : b_.instance_declarations.emplace_back(replaced(own, instance));
    if (is_word(own.head.tokens.front(), "use")) {
      try {
        set_in(ready, out);
      } catch (const LineAbandoned&) {
      }
    } else {
      out.push_back(ready);
    }
  }
  inside_.pop_back();
}

void Modules::check(const Parameter& parameter, const Given& given, const Range& at) {
  const auto& t = given.tokens;
  const auto all = [&](TokenKind kind) {
    return !t.empty() && std::all_of(t.begin(), t.end(), [&](const Token& x) { return x.kind == kind; });
  };
  const bool one_word = t.size() == 1 && t[0].kind == TokenKind::word;  // a term's name, or another parameter
  const auto one = [&](TokenKind kind) { return t.size() == 1 && t[0].kind == kind; };
  bool fits = false;
  std::string_view wanted;
  switch (parameter.is) {
    case Replacement::party:
      fits = one(TokenKind::name) || one_word;
      wanted = "the name of a party";
      break;
    case Replacement::kind:
      fits = one(TokenKind::name) || one_word;
      wanted = "the name of a kind of document";
      break;
    case Replacement::verb:
      fits = all(TokenKind::word);
      wanted = "the verb of an act, such as `pay`";
      break;
    case Replacement::duration:
      fits = one_word || (t.size() > 1 && t[0].kind == TokenKind::number);
      wanted = "a length of time, such as `30 days`";
      break;
    case Replacement::number:
      fits = one_word || one(TokenKind::number) || one(TokenKind::percent);
      wanted = "a number, such as `12` or `1.5%`";
      break;
    case Replacement::money:
      fits = one_word || one(TokenKind::money) ||
             (t.size() == 2 && t[0].kind == TokenKind::number && t[1].kind == TokenKind::name);
      wanted = "an amount, such as `$1,200.00`";
      break;
    case Replacement::date:
      fits = one_word || one(TokenKind::date);
      wanted = "a date, such as `2000-06-01`";
      break;
    case Replacement::text:
      fits = one_word || one(TokenKind::text);
      wanted = "words in quotes";
      break;
    case Replacement::condition:
      fits = !t.empty();
      wanted = "a condition";
      break;
    case Replacement::word:
      fits = one_word;
      wanted = "one word, such as the name of an office, a stage, a field or a term";
      break;
    case Replacement::provisions:
      fits = t.empty();
      wanted = "provisions in brackets, such as `[2.3-e]`";
      break;
  }
  if (fits && (given.cites.empty() || parameter.is == Replacement::provisions)) return;
  std::string found;
  for (const Token& x : t) found += (found.empty() ? "" : " ") + std::string(x.text);
  if (found.empty() && !given.cites.empty()) found = "[" + std::string(given.cites.front().text) + "]";
  b_.stop("E0212", t.empty() ? at : t.front().range,
          fmt::format("\"{}\" is replaced by {}", parameter.name.text, wanted),
          found.empty() ? "nothing is given" : fmt::format("found \"{}\"", found));
}

void Modules::bind(const Parameter& parameter, const Given& given, Instance& instance) {
  switch (parameter.is) {
    case Replacement::provisions:
      instance.cites.emplace(parameter.name.text, &given);
      break;
    case Replacement::verb:
      instance.verbs.emplace(parameter.name.text, &given);
      break;
    case Replacement::condition: {
      // In brackets, so that what stands around it does not tear it apart.
      Given bracketed;
      Token open = given.tokens.front();
      open.kind = TokenKind::symbol;
      open.text = "(";
      Token close = open;
      close.text = ")";
      close.space_before = false;
      bracketed.tokens.push_back(open);
      bracketed.tokens.insert(bracketed.tokens.end(), given.tokens.begin(), given.tokens.end());
      bracketed.tokens[1].space_before = false;
      bracketed.tokens.push_back(close);
      made_.push_back(std::move(bracketed));
      instance.words.emplace(parameter.name.text, &made_.back());
      break;
    }
    case Replacement::party:
    case Replacement::kind:
    case Replacement::duration:
    case Replacement::number:
    case Replacement::money:
    case Replacement::date:
    case Replacement::text:
    case Replacement::word:
      instance.words.emplace(parameter.name.text, &given);
      break;
  }
}

void Modules::prefix_names(const Module& module, std::string_view prefix, Instance& instance) {
  static constexpr std::array<std::string_view, 12> naming{"document", "part", "receipt", "reading",
                                                           "claim",    "term", "unknown", "calendar",
                                                           "period",   "due",  "account", "paper"};
  for (const Declaration& d : module.declarations) {
    const auto& tokens = d.head.tokens;
    if (tokens.size() < 3) continue;
    if (std::find(naming.begin(), naming.end(), tokens[0].text) == naming.end()) continue;
    const Token& name = tokens[1];
    if (name.kind == TokenKind::word) {
      instance.names.emplace(name.text, b_.keep(fmt::format("{}_{}", prefix, name.text)));
    } else if (name.kind == TokenKind::name) {
      std::string capital(prefix);
      capital[0] = static_cast<char>(capital[0] - 'a' + 'A');
      instance.names.emplace(name.text, b_.keep(capital + std::string(name.text)));
    }
  }
}

Declaration Modules::replaced(const Declaration& d, const Instance& instance) {
  Declaration out;
  out.file = d.file;
  out.section = instance.keeps_section ? d.section : instance.section;
  replace(d.head, instance, out.head);
  for (const Line& line : d.clauses) replace(line, instance, out.clauses.emplace_back());
  return out;
}

void Modules::replace(const Line& line, const Instance& instance, Line& out) {
  out.indent = line.indent;
  const auto put = [&](const Given& given, const Token& in_place_of) {
    bool first = true;
    for (Token t : given.tokens) {
      t.range = in_place_of.range;
      t.range.use = instance.number;
      if (first) t.space_before = in_place_of.space_before;
      first = false;
      out.tokens.push_back(t);
    }
  };
  for (Token t : line.tokens) {
    t.range.use = instance.number;
    if (t.kind != TokenKind::word && t.kind != TokenKind::name) {
      out.tokens.push_back(t);
      continue;
    }
    if (const auto word = instance.words.find(t.text); word != instance.words.end()) {
      put(*word->second, t);
      continue;
    }
    const auto verb = std::find_if(instance.verbs.begin(), instance.verbs.end(),
                                   [&](const auto& v) { return conjugates(t.text, v.first); });
    if (verb != instance.verbs.end()) {
      Given said = *verb->second;
      if (t.text != verb->first) said.tokens.front().text = b_.keep(third_person(said.tokens.front().text));
      put(said, t);
      continue;
    }
    if (const auto name = instance.names.find(t.text); name != instance.names.end()) t.text = name->second;
    out.tokens.push_back(t);
  }
  for (const Token& cite : line.cites) {
    if (const auto of = instance.cites.find(cite.text); of != instance.cites.end()) {
      for (Token given : of->second->cites) {
        given.range = cite.range;
        given.range.use = instance.number;
        out.cites.push_back(given);
      }
    } else {
      out.cites.push_back(cite);
      out.cites.back().range.use = instance.number;
    }
  }
}

}  // namespace counterpart::language
