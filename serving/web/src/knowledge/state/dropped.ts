/** Files out of what was dropped or chosen, each with the folders it was found in. */

import type { Outgoing } from '../api'

export async function droppedFiles(transfer: DataTransfer): Promise<Outgoing[]> {
  // Entries must be taken before the first await: the list is emptied when the event is over.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry())
  const plain = chosenFiles(transfer.files)
  if (entries.every((entry) => !entry?.isDirectory)) return plain
  const found = await Promise.all(entries.map((entry) => (entry ? filesIn(entry, '') : [])))
  return found.flat()
}

export function chosenFiles(files: Iterable<File> | null): Outgoing[] {
  return [...files ?? []].map((file) => ({ file, name: file.webkitRelativePath || file.name }))
}

async function filesIn(entry: FileSystemEntry, above: string): Promise<Outgoing[]> {
  if (entry.name.startsWith('.')) return []
  const name = above + entry.name
  if (entry.isFile) {
    return [{ name, file: await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)) }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const all: Outgoing[] = []
  for (;;) {
    // A reader gives a hundred entries at a time, and an empty list at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (!some.length) return all
    all.push(...(await Promise.all(some.map((inner) => filesIn(inner, `${name}/`)))).flat())
  }
}
