# What is installed beside the program, and the Debian package made of it: `cpack -G DEB`.

find_program(GZIP gzip REQUIRED)

# Debian wants manual pages and changelogs compressed, the same bytes every time.
function(install_compressed source name folder)
  set(compressed ${CMAKE_CURRENT_BINARY_DIR}/compressed/${name}.gz)
  add_custom_command(OUTPUT ${compressed}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/compressed
    COMMAND ${GZIP} -9 -n -c ${source} > ${compressed}
    DEPENDS ${source} VERBATIM)
  set_property(GLOBAL APPEND PROPERTY COMPRESSED_FILES ${compressed})
  install(FILES ${compressed} DESTINATION ${folder})
endfunction()

file(GLOB MANUAL CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/man/*.[15])
foreach(page ${MANUAL})
  get_filename_component(name ${page} NAME)
  string(REGEX MATCH "[15]$" chapter ${name})
  install_compressed(${page} ${name} ${CMAKE_INSTALL_MANDIR}/man${chapter})
endforeach()
install_compressed(${CMAKE_SOURCE_DIR}/docs/debian/changelog changelog ${CMAKE_INSTALL_DOCDIR})
get_property(COMPRESSED GLOBAL PROPERTY COMPRESSED_FILES)
add_custom_target(manual ALL DEPENDS ${COMPRESSED})

install(FILES docs/completion/barograph.bash RENAME barograph
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES docs/debian/copyright README.md docs/advisories.md docs/auditing.md docs/json.md
  docs/lint.md docs/policies.md docs/readings.md docs/releasing.md docs/security-model.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME barograph)
set(CPACK_PACKAGE_CONTACT "The Barograph authors <barograph@barograph.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
  "weather report and security advisories of an open-source project")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION vcs)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# What gpgme runs.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS gnupg)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Barograph mines a project's git history into a database and prints who
contributes, how much, and how that grows, release by release: commits,
people, employers, newcomers, reviews and lines, each figure with the rule
it was counted by, as text, Markdown, HTML or JSON. It checks and announces
releases, and runs the project's security advisories under embargo, from the
draft to the signed notice.")
include(CPack)
