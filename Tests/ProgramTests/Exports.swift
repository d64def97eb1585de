// For all tests of programs.
@_exported import ProgramSupport
