// The GUI tests' main(): gtest under one QApplication, with settings kept away from the user's own.
#include <gmock/gmock.h>

#include <QApplication>
#include <QStandardPaths>

int main(int argc, char** argv) {
  // Also when ctest only asks for the list of tests, where nobody sets the environment.
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  testing::InitGoogleMock(&argc, argv);
  QStandardPaths::setTestModeEnabled(true);
  QApplication app(argc, argv);
  QCoreApplication::setOrganizationName("ringside-tests");
  QCoreApplication::setApplicationName("ringside-tests");
  return RUN_ALL_TESTS();
}
