#pragma once

// A table of rows that copies in the time it takes to copy a few hundred pointers: rows stand in chunks, a
// copy shares them, and whoever first writes to a shared chunk takes a copy of that chunk alone. So a
// position can be kept at many points of an agreement's life (engine/timeline.h) for little more than what
// changed between. Reading through a const table never copies; `operator[]` of one that is not const does
// where it must.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace counterpart::engine {

template <class T>
class Rows {
 public:
  static constexpr std::size_t per_chunk =
      std::bit_floor(sizeof(T) > 1024 ? std::size_t{16} : 16384 / sizeof(T));

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  const T& operator[](std::size_t i) const {
    return chunks_[i / per_chunk][static_cast<std::ptrdiff_t>(i % per_chunk)];
  }
  T& operator[](std::size_t i) { return owned(i / per_chunk)[static_cast<std::ptrdiff_t>(i % per_chunk)]; }
  [[nodiscard]] const T& front() const { return (*this)[0]; }
  [[nodiscard]] const T& back() const { return (*this)[size_ - 1]; }
  T& front() { return (*this)[0]; }
  T& back() { return (*this)[size_ - 1]; }

  void push_back(T row) {
    make_room(size_);
    owned(size_ / per_chunk)[static_cast<std::ptrdiff_t>(size_ % per_chunk)] = std::move(row);
    ++size_;
  }
  void pop_back() { --size_; }
  // Drops the last rows, or adds copies of `row`.
  void resize(std::size_t size, const T& row = T{}) {
    while (size_ < size) push_back(row);
    size_ = size;
  }
  void assign(std::size_t size, const T& row) {
    clear();
    while (size_ < size) push_back(row);
  }
  // Keeps the chunks for the rows to come.
  void clear() { size_ = 0; }

  template <class Table, class Row>
  class Iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = Row*;
    using reference = Row&;
    Iterator() = default;
    Iterator(Table* table, std::size_t at) : table_(table), at_(at) {}
    Row& operator*() const { return (*table_)[at_]; }
    Row* operator->() const { return &(*table_)[at_]; }
    Row& operator[](std::ptrdiff_t n) const { return (*table_)[at_ + static_cast<std::size_t>(n)]; }
    Iterator& operator++() { return ++at_, *this; }
    Iterator operator++(int) { return Iterator(table_, at_++); }
    Iterator& operator--() { return --at_, *this; }
    Iterator operator--(int) { return Iterator(table_, at_--); }
    Iterator& operator+=(std::ptrdiff_t n) { return at_ += static_cast<std::size_t>(n), *this; }
    Iterator& operator-=(std::ptrdiff_t n) { return at_ -= static_cast<std::size_t>(n), *this; }
    friend Iterator operator+(Iterator i, std::ptrdiff_t n) { return i += n; }
    friend Iterator operator+(std::ptrdiff_t n, Iterator i) { return i += n; }
    friend Iterator operator-(Iterator i, std::ptrdiff_t n) { return i -= n; }
    friend std::ptrdiff_t operator-(const Iterator& a, const Iterator& b) {
      return static_cast<std::ptrdiff_t>(a.at_) - static_cast<std::ptrdiff_t>(b.at_);
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }
    friend auto operator<=>(const Iterator& a, const Iterator& b) { return a.at_ <=> b.at_; }

   private:
    Table* table_ = nullptr;
    std::size_t at_ = 0;
  };
  using const_iterator = Iterator<const Rows, const T>;
  using iterator = Iterator<Rows, T>;
  [[nodiscard]] const_iterator begin() const { return {this, 0}; }
  [[nodiscard]] const_iterator end() const { return {this, size_}; }
  iterator begin() { return {this, 0}; }
  iterator end() { return {this, size_}; }

 private:
  using Chunk = std::shared_ptr<T[]>;

  T* owned(std::size_t c) {
    Chunk& chunk = chunks_[c];
    if (chunk.use_count() != 1) {
      Chunk copy = make(capacity(c));
      // A chunk that is shared holds rows of an older state too; all of them are taken over.
      for (std::size_t i = 0; i < capacity(c); ++i)
        copy[static_cast<std::ptrdiff_t>(i)] = chunk[static_cast<std::ptrdiff_t>(i)];
      chunk = std::move(copy);
    }
    return chunk.get();
  }
  static Chunk make(std::size_t rows) { return std::make_shared<T[]>(rows); }
  // The first chunk grows by doubling, so that a small agreement stays small; the others are whole.
  [[nodiscard]] std::size_t capacity(std::size_t c) const { return c == 0 ? first_capacity_ : per_chunk; }
  void make_room(std::size_t at) {
    const std::size_t c = at / per_chunk;
    if (c == 0 && at >= first_capacity_) {
      const std::size_t grown =
          first_capacity_ == 0 ? std::min<std::size_t>(per_chunk, 8) : first_capacity_ * 2;
      Chunk chunk = make(grown);
      for (std::size_t i = 0; i < at; ++i) chunk[static_cast<std::ptrdiff_t>(i)] = std::as_const(*this)[i];
      if (chunks_.empty()) chunks_.emplace_back();
      chunks_[0] = std::move(chunk);
      first_capacity_ = grown;
    } else if (c >= chunks_.size()) {
      chunks_.push_back(make(per_chunk));
    }
  }

  std::vector<Chunk> chunks_;
  std::size_t size_ = 0;
  std::size_t first_capacity_ = 0;
};

}  // namespace counterpart::engine
