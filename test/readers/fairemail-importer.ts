/** What FairEmail takes a file for by its name alone (`Helper.getExtension`, 1.2331): letter case counts. */
export function fairemailImporter(fileName: string): 'k9' | 'profile' | 'backup' {
  const extension = fileName.slice(fileName.lastIndexOf('.') + 1)
  if (extension === 'k9s') return 'k9'
  return extension === 'mobileconfig' ? 'profile' : 'backup'
}
