#pragma once

// Modules: files of the library taken into a pack, as often as it likes, with words replaced. Private to the
// room.
//
// A library file may open with what its rules leave to whoever takes it in:
//
//   parameters
//     debtor     party, example Tenant
//     cure_time  duration = 30 days
//     cite_cure  provisions
//
// and `use default_and_cure with debtor Lessee, cure_time 10 days, as late` puts its declarations in the
// place of that line, token by token: a parameter's word gives way to what was said for it, and with `as` the
// names that the module declares get the prefix. Nothing is evaluated; what comes out is read like any other
// declaration. Tokens keep their place in the library and carry the number of the use, so that a diagnostic
// shows both.

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "language/lexer.h"

namespace counterpart::language {

class Builder;

// Whether a file of the pack is a module it uses, rather than its own.
bool is_module(const PackSource& pack, std::uint32_t file);

// Blocks as declarations, modules set in where they are used, those first.
class Modules {
 public:
  explicit Modules(Builder& builder) : b_(builder) {}

  void take(const Block& block);
  // What the pack declares, once all blocks are taken.
  std::vector<Declaration> declarations();

 private:
  enum class Replacement : std::uint8_t {
    party,
    kind,
    verb,
    duration,
    number,
    money,
    date,
    text,
    condition,
    word,
    provisions
  };
  struct Given {
    std::vector<Token> tokens;  // without the end
    std::vector<Token> cites;
  };
  struct Parameter {
    Token name;
    Replacement is = Replacement::word;
    bool has_default = false;
    bool has_example = false;
    Given initial, example;
  };
  struct Module {
    std::vector<Declaration> declarations;
    std::vector<Parameter> parameters;
    bool read = false;
  };
  struct Argument {
    Token name;
    Given given;
  };
  struct Use {
    Token module;
    Token prefix;  // end: none
    std::vector<Argument> arguments;
  };
  // What the words of one use stand for.
  struct Instance {
    std::map<std::string_view, const Given*> words;
    std::map<std::string_view, const Given*> verbs;
    std::map<std::string_view, const Given*> cites;
    std::map<std::string_view, std::string_view> names;  // declared by the module, with the prefix
    std::uint32_t number = 0;
    std::uint32_t section = 0;
    bool keeps_section = false;
  };

  void read_parameters(Module& module);
  Parameter parameter(const Line& line);
  static Given value(const std::vector<Token>& tokens, std::size_t& at);
  static void cites_by_place(const Line& line, std::vector<Argument>& arguments, std::size_t first);
  Use read_use(const Declaration& d);
  void set_in(const Declaration& d, std::vector<Declaration>& out);
  void bind(const Parameter& parameter, const Given& given, Instance& instance);
  void check(const Parameter& parameter, const Given& given, const Range& at);
  void prefix_names(const Module& module, std::string_view prefix, Instance& instance);
  Declaration replaced(const Declaration& d, const Instance& instance);
  void replace(const Line& line, const Instance& instance, Line& out);

  Builder& b_;
  std::map<std::string, Module, std::less<>> modules_;
  Module own_;                            // the pack's own
  std::vector<Declaration> example_;      // what surrounds a module that is tested alone
  std::vector<std::string_view> inside_;  // modules being set in, outermost first
  std::vector<std::string> set_in_;       // modules without parameters already there
  std::deque<Given> made_;                // conditions in brackets
};

}  // namespace counterpart::language
