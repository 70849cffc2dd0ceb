#include "base/datum.h"

#include "base/decimal.h"

#include <array>
#include <cstdio>
#include <unordered_set>

namespace counterpart {

Datum Datum::of(bool yes) {
  Datum d;
  d.kind = Kind::yes_no;
  d.yes = yes;
  return d;
}
Datum Datum::of_text(std::string text) {
  Datum d;
  d.kind = Kind::text;
  d.text = std::move(text);
  return d;
}
Datum Datum::of_number(std::string digits) {
  Datum d;
  d.kind = Kind::number;
  d.text = std::move(digits);
  return d;
}
Datum Datum::of_number(std::int64_t n) { return of_number(std::to_string(n)); }
Datum Datum::list(std::vector<Datum> items) {
  Datum d;
  d.kind = Kind::list;
  d.items = std::move(items);
  return d;
}
Datum Datum::record(std::vector<std::pair<std::string, Datum>> fields) {
  Datum d;
  d.kind = Kind::record;
  d.fields = std::move(fields);
  return d;
}

const Datum* Datum::find(std::string_view name) const {
  for (const auto& [field, value] : fields) {
    if (field == name) return &value;
  }
  return nullptr;
}

Datum& Datum::set(std::string name, Datum value) {
  kind = Kind::record;
  for (auto& [field, old] : fields) {
    if (field == name) {
      old = std::move(value);
      return *this;
    }
  }
  fields.emplace_back(std::move(name), std::move(value));
  return *this;
}

namespace {

// The length of the well-formed UTF-8 sequence at `at`, or 0.
std::size_t utf8_length(std::string_view s, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U; };
  const unsigned a = byte(at);
  const auto tail = [&](std::size_t i) { return (byte(at + i) & 0xC0U) == 0x80U; };
  if (a < 0x80) return 1;
  if (a >= 0xC2 && a <= 0xDF) return tail(1) ? 2 : 0;
  if (a >= 0xE0 && a <= 0xEF) {
    if (!tail(1) || !tail(2)) return 0;
    if (a == 0xE0 && byte(at + 1) < 0xA0) return 0;
    if (a == 0xED && byte(at + 1) > 0x9F) return 0;
    return 3;
  }
  if (a >= 0xF0 && a <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if (a == 0xF0 && byte(at + 1) < 0x90) return 0;
    if (a == 0xF4 && byte(at + 1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

constexpr int max_depth = 64;
constexpr std::size_t max_size = std::size_t{16} << 20;

// Written by hand because numbers must stay as they were written and a name given twice must be an error.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Datum> read() {
    skip_space();
    TRY_ASSIGN(Datum value, read_value(0));
    skip_space();
    if (at_ != text_.size()) return malformed("something follows the value");
    return value;
  }

 private:
  [[nodiscard]] std::unexpected<Error> malformed(std::string_view why) const {
    return fail("json-malformed",
                "not valid JSON at byte " + std::to_string(at_ + 1) + ": " + std::string(why));
  }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Result<Datum> read_value(int depth) {
    if (at_ >= text_.size()) return malformed("a value was expected and the text ends");
    if (depth >= max_depth && (text_[at_] == '{' || text_[at_] == '[')) {
      return fail("json-too-deep",
                  "lists and records stand more than 64 levels deep, at byte " + std::to_string(at_ + 1));
    }
    switch (text_[at_]) {
      case '{':
        return read_record(depth);
      case '[':
        return read_list(depth);
      case '"': {
        TRY_ASSIGN(std::string s, read_text());
        return Datum::of_text(std::move(s));
      }
      case 't':
        if (take_word("true")) return Datum::of(true);
        break;
      case 'f':
        if (take_word("false")) return Datum::of(false);
        break;
      case 'n':
        if (take_word("null")) return Datum::of_null();
        break;
      default:
        if (text_[at_] == '-' || (text_[at_] >= '0' && text_[at_] <= '9')) return read_number();
    }
    return malformed("a value was expected");
  }

  Result<Datum> read_record(int depth) {
    Datum record = Datum::record();
    std::unordered_set<std::string> names;
    ++at_;
    skip_space();
    if (take('}')) return record;
    for (;;) {
      skip_space();
      if (at_ >= text_.size() || text_[at_] != '"') return malformed("a name in quotes was expected");
      const std::size_t name_at = at_;
      TRY_ASSIGN(std::string name, read_text());
      if (!is_new(name, record, names)) {
        return fail("json-duplicate-name",
                    "the name \"" + name + "\" is given twice, again at byte " + std::to_string(name_at + 1),
                    "each name stands once in a record");
      }
      skip_space();
      if (!take(':')) return malformed("a colon was expected after a name");
      skip_space();
      TRY_ASSIGN(Datum value, read_value(depth + 1));
      record.fields.emplace_back(std::move(name), std::move(value));
      skip_space();
      if (take('}')) return record;
      if (!take(',')) return malformed("a comma or a closing brace was expected");
    }
  }

  // Few names are compared one by one; many are kept in a set, so that no text takes quadratic time.
  static bool is_new(const std::string& name, const Datum& record, std::unordered_set<std::string>& names) {
    constexpr std::size_t few = 16;
    if (record.fields.size() < few) return record.find(name) == nullptr;
    if (record.fields.size() == few) {
      for (const auto& [field, value] : record.fields) names.insert(field);
    }
    return names.insert(name).second;
  }

  Result<Datum> read_list(int depth) {
    Datum list = Datum::list();
    ++at_;
    skip_space();
    if (take(']')) return list;
    for (;;) {
      skip_space();
      TRY_ASSIGN(Datum value, read_value(depth + 1));
      list.items.push_back(std::move(value));
      skip_space();
      if (take(']')) return list;
      if (!take(',')) return malformed("a comma or a closing bracket was expected");
    }
  }

  Result<Datum> read_number() {
    const std::size_t start = at_;
    take('-');
    if (take('0')) {
      if (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9')
        return malformed("a number does not begin with a zero");
    } else if (!digits()) {
      return malformed("a digit was expected");
    }
    if (take('.') && !digits()) return malformed("a digit was expected after the point");
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E'))
      return malformed("numbers are written out, without an exponent");
    const std::string_view written = text_.substr(start, at_ - start);
    if (!Decimal::parse(written)) {
      at_ = start;
      return malformed("a number has more digits than are kept exactly (18, of which 12 after the point)");
    }
    return Datum::of_number(std::string(written));
  }
  bool digits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ > start;
  }

  static void append_utf8(std::string& out, std::uint32_t c) {
    const auto byte = [&](std::uint32_t b) { out += static_cast<char>(static_cast<unsigned char>(b)); };
    if (c < 0x80) {
      byte(c);
    } else if (c < 0x800) {
      byte(0xC0 | c >> 6);
      byte(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      byte(0xE0 | c >> 12);
      byte(0x80 | (c >> 6 & 0x3F));
      byte(0x80 | (c & 0x3F));
    } else {
      byte(0xF0 | c >> 18);
      byte(0x80 | (c >> 12 & 0x3F));
      byte(0x80 | (c >> 6 & 0x3F));
      byte(0x80 | (c & 0x3F));
    }
  }

  bool read_hex(std::uint32_t& out) {
    out = 0;
    for (int i = 0; i < 4; ++i) {
      if (at_ >= text_.size()) return false;
      const char c = text_[at_++];
      out *= 16;
      if (c >= '0' && c <= '9') {
        out += static_cast<std::uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        out += static_cast<std::uint32_t>(c - 'a' + 10);
      } else if (c >= 'A' && c <= 'F') {
        out += static_cast<std::uint32_t>(c - 'A' + 10);
      } else {
        return false;
      }
    }
    return true;
  }

  Result<std::string> read_text() {
    std::string out;
    ++at_;
    for (;;) {
      if (at_ >= text_.size()) return malformed("text in quotes does not end");
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return out;
      }
      if (static_cast<unsigned char>(c) < 0x20) return malformed("a control character stands inside text");
      if (c != '\\') {
        const std::size_t n = utf8_length(text_, at_);
        if (n == 0) return malformed("this byte is not part of valid UTF-8 text");
        out.append(text_.substr(at_, n));
        at_ += n;
        continue;
      }
      ++at_;
      if (at_ >= text_.size()) return malformed("text in quotes does not end");
      switch (text_[at_++]) {
        case '"':
          out += '"';
          break;
        case '\\':
          out += '\\';
          break;
        case '/':
          out += '/';
          break;
        case 'b':
          out += '\b';
          break;
        case 'f':
          out += '\f';
          break;
        case 'n':
          out += '\n';
          break;
        case 'r':
          out += '\r';
          break;
        case 't':
          out += '\t';
          break;
        case 'u': {
          std::uint32_t code = 0;
          if (!read_hex(code)) return malformed("four hexadecimal digits were expected after \\u");
          if (code >= 0xD800 && code <= 0xDBFF) {
            std::uint32_t low = 0;
            if (!take('\\') || !take('u') || !read_hex(low) || low < 0xDC00 || low > 0xDFFF)
              return malformed("half of a pair of \\u escapes");
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
          } else if (code >= 0xDC00 && code <= 0xDFFF) {
            return malformed("half of a pair of \\u escapes");
          }
          append_utf8(out, code);
          break;
        }
        default:
          return malformed("an unknown escape after a backslash");
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

void write_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          std::array<char, 8> buffer{};
          std::snprintf(buffer.data(), buffer.size(), "\\u%04x",
                        static_cast<unsigned>(static_cast<unsigned char>(c)));
          out += buffer.data();
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// indent < 0: one line.
void write(std::string& out, const Datum& d, int indent) {
  const auto line = [&](int depth) {
    if (indent < 0) return;
    out += '\n';
    out.append(static_cast<std::size_t>(depth) * 2, ' ');
  };
  const int inner = indent < 0 ? -1 : indent + 1;
  switch (d.kind) {
    case Datum::Kind::null:
      out += "null";
      break;
    case Datum::Kind::yes_no:
      out += d.yes ? "true" : "false";
      break;
    case Datum::Kind::number:
      out += d.text;
      break;
    case Datum::Kind::text:
      write_text(out, d.text);
      break;
    case Datum::Kind::list:
      out += '[';
      for (std::size_t i = 0; i < d.items.size(); ++i) {
        if (i > 0) out += ',';
        line(inner);
        write(out, d.items[i], inner);
      }
      if (!d.items.empty()) line(indent);
      out += ']';
      break;
    case Datum::Kind::record:
      out += '{';
      for (std::size_t i = 0; i < d.fields.size(); ++i) {
        if (i > 0) out += ',';
        line(inner);
        write_text(out, d.fields[i].first);
        out += indent < 0 ? ":" : ": ";
        write(out, d.fields[i].second, inner);
      }
      if (!d.fields.empty()) line(indent);
      out += '}';
      break;
  }
}

}  // namespace

Result<Datum> read_json(std::string_view text) {
  if (text.size() > max_size) return fail("json-too-long", "the text is longer than 16 MiB");
  return Reader(text).read();
}

std::string write_json(const Datum& value) {
  std::string out;
  write(out, value, -1);
  return out;
}

std::string write_json_pretty(const Datum& value) {
  std::string out;
  write(out, value, 0);
  return out;
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t n = utf8_length(text, i);
    if (n == 0) return false;
    i += n;
  }
  return true;
}

}  // namespace counterpart
