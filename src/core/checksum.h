// A checksum of 64 bits of a run of bytes that comes in pieces: it tells what was damaged, not what was
// forged.
#ifndef NONNEG_CHECKSUM_H
#define NONNEG_CHECKSUM_H

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace nonneg {

class Checksum {
 public:
  void add(const void* bytes, std::size_t count) {
    const unsigned char* at = static_cast<const unsigned char*>(bytes);
    total_ += count;
    while (held_ > 0 && count > 0) {
      word_[held_++] = *at++;
      --count;
      if (held_ == 8) {
        mix(word_);
        held_ = 0;
      }
    }
    for (; count >= 8; count -= 8, at += 8) mix(at);
    for (; count > 0; --count) word_[held_++] = *at++;
  }
  std::uint64_t value() const {
    Checksum end = *this;
    std::memset(end.word_ + end.held_, 0, 8 - end.held_);
    end.mix(end.word_);
    std::memcpy(end.word_, &total_, 8);
    end.mix(end.word_);
    return end.state_ ^ (end.state_ >> 32);
  }

 private:
  // A step is a bijection of the state, so that one word that differs always shows.
  void mix(const unsigned char* word) {
    std::uint64_t w;
    std::memcpy(&w, word, 8);
    state_ = (state_ ^ w) * 0x9e3779b97f4a7c15u;
    state_ ^= state_ >> 29;
  }
  std::uint64_t state_ = 0x243f6a8885a308d3u, total_ = 0;
  unsigned char word_[8] = {};
  int held_ = 0;
};

}  // namespace nonneg

#endif
