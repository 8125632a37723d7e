"""The explorer: one offline page on which anybody chooses, sees and traces the numbers of the workbook."""
