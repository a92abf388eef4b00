// A frame's bytes, each header in a colour of its own, with its fields below.
#pragma once
#include <QTextBrowser>

#ifndef Q_MOC_RUN
#include "core/query/sections.h"
#endif

namespace ringside::ui {

class BytesView : public QTextBrowser {
  Q_OBJECT
 public:
  explicit BytesView(QWidget* parent = nullptr);
  /// Keeps a copy of the bytes.
  void set_frame(const nic::Frame& frame);
  void clear_frame();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void show_bytes();
  int columns() const;
  QString dump() const;
  QString fields() const;
  std::vector<std::uint8_t> bytes_;
  std::vector<query::Section> sections_;
  std::uint32_t wire_len_ = 0;
  int shown_columns_ = 0;
};

}  // namespace ringside::ui
