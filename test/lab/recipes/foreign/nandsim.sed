# nandsim forgets at a restart what is in its backing file: it takes every page as erased at first, and erases by noting
# so in memory. Here each page is in the file as it is, and a restart finds what was there.
/^\t\tns->cfile = cfile;$/a\
\t\tbitmap_fill(ns->pages_written, ns->geom.pgnum);
/NS_DBG("erase_sector: freeing page %d\\n", ns->regs.row + i);/a\
\t\t\t\tmemset(ns->file_buf, 0xff, ns->geom.pgszoob);\
\t\t\t\tif (ns_write_file(ns, ns->cfile, ns->file_buf, ns->geom.pgszoob,\
\t\t\t\t    (loff_t)(ns->regs.row + i) * ns->geom.pgszoob) != ns->geom.pgszoob)\
\t\t\t\t\tNS_ERR("erase_sector: write error\\n");
