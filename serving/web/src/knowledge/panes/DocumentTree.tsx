import { useQueryClient } from '@tanstack/react-query'
import { Input, Tree } from 'antd'
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type ComponentRef } from 'react'
import { documentQuery, useDocuments, useKnowledgeApi } from '../hooks/queries'
import type { Go } from '../hooks/usePlace'
import { buildTree, outline, withOutlines, type TreeNode } from '../state/tree'

type Handle = ComponentRef<typeof Tree>

/** 效力层级 → document → 编/章/节 → 条. Only what is on the screen is drawn. */
export function DocumentTree({ doc, clause, day, go }: { doc: string | null; clause: string | null; day: string; go: Go }) {
  const { data, error, isPending, refetch } = useDocuments()
  const [words, setWords] = useState('')
  const wanted = useDeferredValue(words)
  const plain = useMemo(() => buildTree(data?.items ?? [], day, wanted), [data, day, wanted])
  const { outlines, load } = useOutlines()
  const nodes = useMemo(() => withOutlines(plain, outlines), [plain, outlines])
  const [opened, setOpened] = useState<React.Key[]>([])
  const expanded = useMemo(() => (wanted.trim() ? [...new Set([...opened, ...plain.map((node) => node.key)])] : opened), [opened, plain, wanted])
  const [box, height] = useHeight()
  const handle = useRef<Handle>(null)
  useReveal({ doc, clause, plain, load, setOpened, handle })
  const key = clause && doc && outlines.has(doc) ? `C:${clause}` : `D:${doc}`

  if (error && !data) {
    return <p className="quiet trouble">✕ 目录没有读到：{error.message} <button type="button" className="link" onClick={() => void refetch()}>重试</button></p>
  }
  return (
    <div className="tree">
      <Input size="small" allowClear aria-label="按标题或文号找文件" placeholder="按标题或文号找文件" value={words} onChange={(event) => setWords(event.target.value)} />
      <div ref={box} className="tree-box">
        {isPending && <p className="quiet">正在读取目录…</p>}
        {data && nodes.length === 0 && <p className="quiet">{words ? '没有这样的文件。换个词，或看看是否还没有上传。' : '知识库是空的。点“上传文件”开始。'}</p>}
        {height > 0 && nodes.length > 0 && (
          <Tree<TreeNode>
            ref={handle} blockNode virtual height={height} itemHeight={28} treeData={nodes} selectedKeys={[key]} expandedKeys={expanded}
            loadedKeys={[...outlines.keys()].map((id) => `D:${id}`)} loadData={(node) => (node.doc && !node.clause ? load(node.doc) : Promise.resolve())}
            onExpand={(keys) => setOpened(keys)} titleRender={Title} motion={false}
            onSelect={(_, { node }) => {
              if (node.doc) go({ doc: node.doc, clause: node.clause, article: null, against: null, pane: 'text' })
              else setOpened((before) => (before.includes(node.key) ? before.filter((other) => other !== node.key) : [...before, node.key]))
            }}
          />
        )}
      </div>
    </div>
  )
}

function Title({ title, note }: TreeNode) {
  return <span className="node" title={`${title} ${note}`}>{title}{note && <small>{note}</small>}</span>
}

/** Outlines of the documents that were opened, fetched once each. */
function useOutlines() {
  const client = useQueryClient()
  const api = useKnowledgeApi()
  const [outlines, setOutlines] = useState<ReadonlyMap<string, TreeNode[]>>(new Map())
  const load = useCallback(async (documentId: string) => {
    const found = await client.fetchQuery(documentQuery(api, documentId))
    setOutlines((before) => new Map(before).set(documentId, outline(documentId, found.clauses)))
  }, [client, api])
  return { outlines, load }
}

/** Opens the way to the document on the page and brings it into view. */
function useReveal({ doc, clause, plain, load, setOpened, handle }: {
  doc: string | null; clause: string | null; plain: readonly TreeNode[]; load: (documentId: string) => Promise<void>
  setOpened: React.Dispatch<React.SetStateAction<React.Key[]>>; handle: React.RefObject<Handle | null>
}) {
  const level = plain.find((node) => node.children?.some((child) => child.doc === doc))?.key
  useEffect(() => {
    if (!doc || !level) return
    let wanted = true
    setOpened((before) => [...new Set([...before, level])])
    void load(doc).then(() => wanted && requestAnimationFrame(() => handle.current?.scrollTo({ key: `D:${doc}` })), () => undefined)
    return () => { wanted = false }
  }, [doc, level, load, setOpened, handle])
  useEffect(() => { if (clause) handle.current?.scrollTo({ key: `C:${clause}` }) }, [clause, handle])
}

function useHeight(): [(element: HTMLDivElement | null) => void, number] {
  const [height, setHeight] = useState(0)
  const observer = useRef<ResizeObserver | null>(null)
  const watch = useCallback((element: HTMLDivElement | null) => {
    observer.current?.disconnect()
    if (!element) return
    observer.current = new ResizeObserver(([entry]) => setHeight(Math.floor(entry?.contentRect.height ?? 0)))
    observer.current.observe(element)
  }, [])
  return [watch, height]
}
