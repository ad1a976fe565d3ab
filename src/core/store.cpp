// See core/store.h.
#include "core/store.h"

#include <stdexcept>

namespace nonneg {

const char* type_name(ValueType type) {
  switch (type) {
    case ValueType::uint16: return "uint16";
    case ValueType::float32: return "float";
    default: return "double";
  }
}

ValueType type_of(const std::string& name) {
  for (const ValueType type : {ValueType::uint16, ValueType::float32, ValueType::float64})
    if (name == type_name(type)) return type;
  throw std::invalid_argument("no type of values '" + name + "'");
}

Store::Store(const StoreSpec& spec) : spec_(spec) {
  const auto map = [&](const char* name, std::uint64_t bytes) {
    return std::make_unique<MappedFile>(spec.folder + "/" + name, bytes);
  };
  const std::uint64_t stored = static_cast<std::uint64_t>(spec.stored);
  values_ = map("values", stored * bytes_of(spec.type));
  if (!spec.sparse) return;
  rows_ = map("rows", stored * sizeof(std::int32_t));
  columns_ = map("columns", (static_cast<std::uint64_t>(spec.all) + 1) * sizeof(std::int64_t));
  row_counts_ = map("row-counts", static_cast<std::uint64_t>(spec.rows) * sizeof(double));
}

void Store::widen(std::int64_t from, std::int64_t count, double* to) const {
  if (spec_.type == ValueType::uint16) {
    const std::uint16_t* x = values_->as<std::uint16_t>() + from;
    for (std::int64_t q = 0; q < count; ++q) to[q] = x[q];
  } else if (spec_.type == ValueType::float32) {
    const float* x = values_->as<float>() + from;
    if (spec_.missing) {
      for (std::int64_t q = 0; q < count; ++q) to[q] = x[q] == x[q] ? static_cast<double>(x[q]) : spec_.na;
    } else {
      for (std::int64_t q = 0; q < count; ++q) to[q] = x[q];
    }
  } else {
    const double* x = values_->as<double>() + from;
    for (std::int64_t q = 0; q < count; ++q) to[q] = x[q];
  }
}

void Store::to_floats(std::int64_t from, std::int64_t count, double unit, float* to) const {
  const auto all = [&](const auto* x) {
    for (std::int64_t q = 0; q < count; ++q) to[q] = static_cast<float>(unit * x[from + q]);
  };
  switch (spec_.type) {
    case ValueType::uint16: return all(values_->as<std::uint16_t>());
    case ValueType::float32: return all(values_->as<float>());
    default: return all(values_->as<double>());
  }
}

bool Store::sound(std::ptrdiff_t first, std::ptrdiff_t count) const {
  if (!spec_.sparse) return true;
  const std::int64_t* p = columns();
  const std::int32_t* row = rows();
  const std::int32_t most = static_cast<std::int32_t>(spec_.rows - 1);
  for (std::ptrdiff_t j = first; j < first + count; ++j) {
    const std::int64_t from = p[j], to = p[j + 1];
    if (from == to) continue;
    bool wrong = row[from] < 0 || row[to - 1] > most;
    for (std::int64_t q = from + 1; q < to; ++q) wrong |= row[q] <= row[q - 1];
    if (wrong) return false;
  }
  return true;
}

void Store::damaged(std::ptrdiff_t column) const {
  throw std::runtime_error("store: " + spec_.folder + " is damaged: the entries near column " +
                           std::to_string(spec_.first + column + 1) + " are not what was written");
}

void Store::check_columns() const {
  if (!spec_.sparse) return;
  const std::int64_t* p = columns();
  if (p[0] < 0 || (spec_.first == 0 && p[0] != 0)) damaged(0);
  for (std::ptrdiff_t j = 0; j < spec_.cols; ++j)
    if (p[j + 1] < p[j] || p[j + 1] > spec_.stored) damaged(j);
  if (spec_.first + spec_.cols == spec_.all && p[spec_.cols] != spec_.stored) damaged(spec_.cols - 1);
}

void Store::will_need(std::int64_t from, std::int64_t count) const {
  if (count <= 0) return;
  const std::uint64_t size = bytes_of(spec_.type);
  values_->will_need(from * size, count * size);
  if (spec_.sparse) rows_->will_need(from * sizeof(std::int32_t), count * sizeof(std::int32_t));
}

void Store::drop(std::int64_t from, std::int64_t count) const {
  if (count <= 0) return;
  const std::uint64_t size = bytes_of(spec_.type);
  values_->drop(from * size, count * size);
  if (spec_.sparse) rows_->drop(from * sizeof(std::int32_t), count * sizeof(std::int32_t));
}

}  // namespace nonneg
