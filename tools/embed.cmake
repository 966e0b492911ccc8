# Writes OUT: brief.css and brief.js of FROM as terminated arrays of bytes.
set(text "/* Made from src/brief/brief.css and brief.js. */\n")
foreach(kind css js)
  file(READ ${FROM}/brief.${kind} bytes HEX)
  string(REGEX REPLACE "(................................................................)" "\\1\n\t" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND text "static const char ssrc_brief_${kind}[] = {\n\t${bytes}0};\n")
endforeach()
file(WRITE ${OUT} "${text}")
