// Which keys do what: every action with a name, its usual keys, and those the user chose instead.
#pragma once
#include <QAction>
#include <QDialog>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QSettings>
#include <QTableWidget>
#include <vector>

namespace ringside::ui {

class ShortcutBook : public QObject {
  Q_OBJECT
 public:
  struct Entry {
    QAction* action = nullptr;
    QList<QKeySequence> usual;
  };
  explicit ShortcutBook(QObject* parent) : QObject(parent) {}

  /// By its object name; its present keys are its usual ones.
  void add(QAction* action);
  const std::vector<Entry>& entries() const { return entries_; }
  /// Who has that key; -1: nobody.
  int owner_of(const QKeySequence& key) const;
  /// Gives the keys to that entry and takes them from whoever had them.
  void assign(int entry, const QList<QKeySequence>& keys);
  void reset();
  void load(const QSettings& settings);
  void save(QSettings& settings) const;

 signals:
  void changed();

 private:
  void set(QAction* action, const QList<QKeySequence>& keys);
  std::vector<Entry> entries_;
};

/// "Step over" without the mark of its menu letter.
QString plain_text(const QAction& action);

class ShortcutsDialog : public QDialog {
  Q_OBJECT
 public:
  ShortcutsDialog(ShortcutBook& book, QWidget* parent);

 private:
  void fill();
  void choose();
  void assign();
  QWidget* make_line();

  ShortcutBook& book_;
  QTableWidget* table_;
  QKeySequenceEdit* keys_;
  QLabel* news_;
};

}  // namespace ringside::ui
