/* When an import ends under one's eyes, what it refused and what it was recognised as are there to be read: the page comes again. */
parvis.swapped.push((root) => { if (root !== document && root.matches?.('#imports[data-ended]')) location.reload(); });
