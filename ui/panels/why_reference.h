// Help's reference: the modelled functions and their pages, the glossary, and what is simplified.
#pragma once
#include <QDialog>
#include <QLineEdit>
#include <QTabBar>
#include <QTextBrowser>

#ifndef Q_MOC_RUN  // moc stumbles over the core's lists that are included inside an enum
#include "core/model/function.h"
#endif

namespace ringside::ui {

class Reference : public QDialog {
  Q_OBJECT
 public:
  enum Part { functions, glossary, simplified };

  explicit Reference(QWidget* parent = nullptr);
  /// Brings it to the front, at that part.
  void show_part(Part part);
  QString plain_text() const { return text_->toPlainText(); }

 private:
  void fill();
  QTabBar* parts_;
  QLineEdit* search_;
  QTextBrowser* text_;
  Fn page_ = Fn::none;  ///< the function whose page is shown; none: the list
};

/// The parts' content, as far as `search` occurs in it.
QString functions_html(const QString& search);
QString glossary_html(const QString& search);
QString simplified_html(const QString& search);

}  // namespace ringside::ui
